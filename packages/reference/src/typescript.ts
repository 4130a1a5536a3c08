import { envelopes } from '@faultline/core'
import { commentOf, type Action, type Told } from './action.ts'
import type { SharedMaking } from './client-code.ts'
import { EXAMPLE } from './curl.ts'
import type { Identified } from './identifier.ts'

/** A function that asks, and what each entry shows is put into. */
export function sharedTypeScript({ envelope, url, auth }: SharedMaking): string {
  const isKnown = Object.hasOwn(envelopes, envelope.id)
  const key =
    auth.scheme === undefined
      ? "process.env['API_KEY'] ?? ''"
      : `\`${inTemplate(auth.scheme)} \${process.env['API_KEY']}\``
  return `import { fetchJson, isApiError, type FetchJsonOptions } from '@faultline/client'
${isKnown ? '' : "import { envelope } from './envelope.ts' // this API's own\n"}
const url = ${literal(url)}
const body = ${objectLiteral(EXAMPLE)}

export async function ask(change: object = {}, options: FetchJsonOptions = {}): Promise<unknown> {
  try {
    // Tries again what may be tried again, and waits for as long as Retry-After says.
    return await fetchJson(url, {
      method: 'POST',
      headers: {
        ${memberName(auth.header.toLowerCase())}: ${key},
        'content-type': 'application/json',
      },
      body: JSON.stringify({ ...body, ...change }),
      envelope${isKnown ? `: ${literal(envelope.id)}` : ''},
      ...options,
    })
  } catch (error) {
    if (!isApiError(error)) throw error
    // Here goes what is shown with each code.
    throw error
  }
}`
}

/** What is done about one code, where the shared function says. */
export function typeScriptFor(told: Told, answers: readonly Identified[], action: Action): string {
  return `${conditionFor(told, answers, action)} {\n${indented(stepsFor(told, answers, action))}\n}`
}

/** As the client reads the code; where a code stands for many of the client's, its statuses tell enough. */
function conditionFor({ statuses }: Told, answers: readonly Identified[], action: Action): string {
  const codes = [...new Set(answers.map(({ clientCode }) => clientCode))].map(literal)
  const once = { again: ' && !options.idempotent', model: " && !('model' in change)" }[action as string] ?? ''
  return codes.length === 0 || codes.length > 4
    ? `if (${oneOf('error.status', statuses.map(String))}${once})`
    : `if (${oneOf('error.code', codes)}${once})`
}

function oneOf(member: string, values: readonly string[]): string {
  return values.length === 1 ? `${member} === ${values[0]}` : `[${values.join(', ')}].includes(${member})`
}

function stepsFor({ remedy, field }: Told, answers: readonly Identified[], action: Action): string {
  switch (action) {
    case 'wait':
      return `// fetchJson has tried again, and waited for Retry-After.
throw new Error('Come back later', { cause: error })`
    case 'again':
      return `// It may have been carried out: say that twice does no harm.
return ask(change, { idempotent: true })`
    case 'model':
      return "return ask({ ...change, model: 'another-model' })"
    case 'field': {
      const hasIssues = (answers[0]?.answer.error.issues ?? []).length > 0
      return hasIssues && field === undefined
        ? `for (const { path, message } of error.issues ?? []) console.error(path, message)`
        : `console.error(${field === undefined ? 'error.field' : literal(field)}, error.message)`
    }
    case 'report':
      return 'console.error(`Report the request ${error.requestId}`)'
    default:
      return `${commentOf(remedy, '//', 58)}
throw new Error('Not tried again', { cause: error })`
  }
}

function indented(text: string): string {
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

function inTemplate(text: string): string {
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
