import { text } from 'node:stream/consumers'
import { isDeepStrictEqual } from 'node:util'
import { parseError } from '@faultline/client'
import {
  envelopes,
  errorClasses,
  retryAfterSeconds,
  type ApiError,
  type ApiErrorClass,
  type Envelope,
} from '@faultline/core'
import { getErrorDoc } from '@faultline/openapi'
import { envelopeNamed } from './load-module.ts'
import { EXIT, printJson, type Context } from './command.ts'
import { asked, contentOf, isAddress } from './read-document.ts'
import { bold, printable, type Surroundings } from './cli-io.ts'

/** `faultline explain`. */
export function explainCommand({ command, surroundings, exit }: Context): void {
  command('explain')
    .description('What a failed answer is: envelope, code, whether to try again, what to do')
    .argument(
      '<source>',
      "an address, a file with an answer (as `curl -i` prints it) or its body, or '-' for standard input",
    )
    .option('--envelope <id>', 'the envelope that the server sends (default: found out)')
    .option('--json', 'print JSON')
    .action(async (source: string, { envelope, json }: { envelope?: string; json?: true }) => {
      const known = envelope === undefined ? undefined : await envelopeNamed(envelope)
      const explanation = await explain(source, known, surroundings)
      if (explanation === undefined) {
        surroundings.err('faultline: the answer is no failure\n')
        exit(EXIT.found)
      } else if (json) printJson(explanation, surroundings)
      else surroundings.out(told(explanation, surroundings))
    })
}

/** An answer, wherever it is from. */
interface Answer {
  readonly status: number | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What is told of an answer. */
interface Explanation {
  readonly status: number
  readonly code: string
  readonly retryable: boolean
  /** Seconds. */
  readonly retryAfter: number | undefined
  readonly message: string
  readonly description: string
  readonly remedy: string
  readonly requestId: string | undefined
  readonly origin: string | undefined
  readonly issues: readonly unknown[]
  /** The envelopes that could have written it, the likeliest first. */
  readonly envelopes: readonly string[]
}

/**
 * Explains an answer: what it is, whether another try can help, and what to do.
 *
 * @param source An address, a file, or `-` for standard input. A file has a whole answer, as `curl -i` prints it, or a
 * body alone.
 * @returns The explanation; undefined where the answer is no failure.
 */
async function explain(
  source: string,
  envelope: Envelope | undefined,
  surroundings: Surroundings,
): Promise<Explanation | undefined> {
  const answer = isAddress(source)
    ? await answerFrom(source)
    : answerOf(source === '-' ? await text(surroundings.input) : await contentOf(source))
  if (answer.status !== undefined && answer.status < 400) return undefined
  const error = await parseError(answer, { envelope })
  const type = (errorClasses as Partial<Record<string, ApiErrorClass>>)[error.code]
  const { description, remedy } = getErrorDoc(type ?? (error.constructor as unknown as ApiErrorClass))
  const { status, code, retryable, retryAfter, requestId, origin, issues } = error
  return {
    status,
    code,
    retryable,
    retryAfter: retryAfterSeconds(retryAfter),
    message: error.message,
    description,
    remedy,
    requestId,
    origin,
    issues: issues ?? [],
    envelopes: writersOf(answer, error),
  }
}

async function answerFrom(url: string): Promise<Answer> {
  const { status, headers, body } = await asked(url)
  return { status, headers: Object.fromEntries(headers), body }
}

/** An answer as `curl -i` prints it, the last of several (a 100 before it, for one), or a body alone. */
function answerOf(content: string): Answer {
  let rest = content.trimStart()
  let head: string | undefined
  while (/^HTTP\/[\d.]+ \d{3}/.test(rest)) {
    const [whole, own = ''] = /^([^]*?)(?:\r?\n\r?\n|$)/.exec(rest) ?? []
    head = own
    rest = rest.slice(whole!.length)
  }
  if (head === undefined) return { status: undefined, headers: {}, body: rest }
  const [line = '', ...lines] = head.split(/\r?\n/)
  const headers = lines.map((each) => {
    const [, name = '', value = ''] = /^([^:]+):\s*(.*)$/.exec(each) ?? []
    return [name.toLowerCase(), value]
  })
  return { status: Number(line.split(' ')[1]), headers: Object.fromEntries(headers), body: rest }
}

/** The envelopes that read an answer: first those that would write the very same. */
function writersOf(answer: Answer, error: ApiError): string[] {
  const same: string[] = []
  const like: string[] = []
  for (const [id, envelope] of Object.entries(envelopes)) {
    const read = envelope.parse(answer)
    if (read === undefined) continue
    let body: unknown
    try {
      body = JSON.parse(answer.body)
    } catch {
      continue
    }
    const { timestamp } = error as { timestamp?: Date }
    const rendered = envelope.render(read, timestamp ? { timestamp } : {})
    if (isDeepStrictEqual(JSON.parse(JSON.stringify(rendered.body)), body)) same.push(id)
    else like.push(id)
  }
  return [...same, ...like]
}

/** An explanation for people. */
function told(explanation: Explanation, surroundings: Surroundings): string {
  const { status, code, retryable, retryAfter, message, description, remedy, requestId, origin, issues } =
    explanation
  const after = retryAfter === undefined ? '' : `, after ${retryAfter} s`
  const lines: [string, string | undefined][] = [
    ['envelope', explanation.envelopes.join(', or ') || 'none that is known'],
    ['message', message],
    ['means', description],
    ['retry', retryable ? `yes${after}` : 'no: the same request fails again'],
    ['what to do', remedy],
    ['request id', requestId],
    ['origin', origin],
    ['issues', issues.length === 0 ? undefined : JSON.stringify(issues)],
  ]
  const body = lines
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `  ${name.padEnd(11)}${printable(value!)}\n`)
  return `${bold(printable(`${status} ${code}`), surroundings)}\n${body.join('')}`
}
