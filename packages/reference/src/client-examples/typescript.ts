import { envelopes } from '@faultline/core'
import type { CodedExample } from '../code-paths.ts'
import type { EntryContext, EntryFacts } from '../entry.ts'
import { formatComment, type Action } from './action.ts'
import { EXAMPLE_BODY, INSERTION_MARK } from './example-body.ts'

/** The maximum number of codes in a condition; more are replaced by their statuses. */
const MAX_CODES = 4

/** Creates a function that sends a request with retries. */
export function createSharedTypeScript({ envelope, url, auth }: EntryContext): string {
  const isBuiltIn = Object.hasOwn(envelopes, envelope.id)
  const key =
    auth.scheme === undefined
      ? "process.env['API_KEY'] ?? ''"
      : `\`${escapeInTemplate(auth.scheme)} \${process.env['API_KEY']}\``
  return `import { fetchJson, isApiError, type FetchJsonOptions } from '@faultline/client'
${isBuiltIn ? '' : "import { envelope } from './envelope.ts' // the envelope of this API\n"}
const url = ${literal(url)}
const body = ${objectLiteral(EXAMPLE_BODY)}

export async function sendRequest(change: object = {}, options: FetchJsonOptions = {}): Promise<unknown> {
  try {
    // Retries as the document of the API specifies, and honors Retry-After.
    return await fetchJson(url, {
      method: 'POST',
      headers: {
        ${memberName(auth.header.toLowerCase())}: ${key},
        'content-type': 'application/json',
      },
      body: JSON.stringify({ ...body, ...change }),
      envelope${isBuiltIn ? `: ${literal(envelope.id)}` : ''},
      ...options,
    })
  } catch (error) {
    if (!isApiError(error)) throw error
    // ${INSERTION_MARK}
    throw error
  }
}`
}

/** Creates the snippet that handles one code in the shared function. */
export function createTypeScript(
  entry: EntryFacts,
  examples: readonly CodedExample[],
  action: Action,
): string {
  return `${createCondition(entry, examples, action)} {\n${indent(createSteps(entry, examples, action))}\n}`
}

/** Additional conditions that prevent an endless recursion. */
const onlyOnce: Partial<Record<Action, string>> = {
  'retry-idempotent': ' && !options.idempotent',
  'change-model': " && !('model' in change)",
}

/** Creates a condition on the codes that the client returns, or on the status if there are too many codes. */
function createCondition(
  { statuses }: EntryFacts,
  examples: readonly CodedExample[],
  action: Action,
): string {
  const codes = [...new Set(examples.map(({ clientCode }) => clientCode))].map(literal)
  const comparison =
    codes.length === 0 || codes.length > MAX_CODES
      ? compareToAny('error.status', statuses.map(String))
      : compareToAny('error.code', codes)
  return `if (${comparison}${onlyOnce[action] ?? ''})`
}

function compareToAny(member: string, values: readonly string[]): string {
  return values.length === 1 ? `${member} === ${values[0]}` : `[${values.join(', ')}].includes(${member})`
}

function createSteps(
  { remedy, field }: EntryFacts,
  [first]: readonly CodedExample[],
  action: Action,
): string {
  switch (action) {
    case 'wait':
      return `// fetchJson has already retried and honored Retry-After.
throw new Error('Retry later', { cause: error })`
    case 'retry-idempotent':
      return `// The request may have been executed; opt in to retrying it.
return sendRequest(change, { idempotent: true })`
    case 'change-model':
      return "return sendRequest({ ...change, model: 'another-model' })"
    case 'fix-field': {
      const hasIssues = (first?.response.error.issues ?? []).length > 0
      return hasIssues && field === undefined
        ? `for (const { path, message } of error.issues ?? []) console.error(path, message)`
        : `console.error(${field === undefined ? 'error.field' : literal(field)}, error.message)`
    }
    case 'report':
      return 'console.error(`Report the request ${error.requestId}`)'
    default:
      return `${formatComment(remedy, '//', 58)}
throw new Error('Not retried', { cause: error })`
  }
}

function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ')
}

function literal(text: string): string {
  return `'${JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(String.raw`\"`, '"')
    .replaceAll("'", String.raw`\'`)}'`
}

function memberName(name: string): string {
  return /^[a-z]+$/.test(name) ? name : literal(name)
}

function escapeInTemplate(text: string): string {
  return text.replaceAll(/[`\\$]/g, String.raw`\$&`)
}

function objectLiteral(value: object): string {
  return JSON.stringify(value)
    .replaceAll(/"(\w+)":/g, '$1: ')
    .replaceAll('"', "'")
    .replaceAll(/,(?=\S)/g, ', ')
    .replaceAll(/\{(?=\S)/g, '{ ')
    .replaceAll(/(?<=\S)\}/g, ' }')
}
