import { describeValue } from '../errors/describe-value.ts'
import { byteLength } from '../http/byte-length.ts'
import { parseJson } from '../http/parse-json.ts'
import type { ApiRequest } from '../http/request.ts'
import { redact } from '../log/redact.ts'
import { getProcess } from '../log/runtime.ts'
import { serializeCauses, type SerializedCause } from '../log/serialize-error.ts'
import { getOwnFrames } from '../log/stack-frames.ts'
import { isJsonObject } from '../recognize/safe-read.ts'
import type { SerializedResponse } from './responder.ts'

/** Name of the member that the option `development` adds to a body. */
const MEMBER = 'development'
/** Maximum length of the member in bytes. */
const MAX_BYTES = 16_384

/** @throws TypeError unless `NODE_ENV` is `development` or `test`. */
export function checkDevelopment(): void {
  const environment = getProcess()?.env?.['NODE_ENV']
  if (environment === 'development' || environment === 'test') return
  throw new TypeError(
    `faultline: option \`development\` requires NODE_ENV development or test, not ${describeValue(environment)}; remove the option`,
  )
}

/**
 * Adds the member `development` to the JSON object of a response with a status of 500 and above: the thrown value, and as
 * `causes` its causes.
 *
 * @returns Undefined for any other response, in strict mode, and for a body that has such a member already.
 */
export function addDevelopmentMember(
  response: SerializedResponse,
  thrown: unknown,
  request: ApiRequest,
): SerializedResponse | undefined {
  const { status, headers, body, error, envelope } = response
  if (status < 500 || envelope.mode === 'strict' || request.foreign === true) return undefined
  const parsed = /\bjson\b/i.test(headers['content-type'] ?? '') ? parseJson(body) : undefined
  if (!isJsonObject(parsed) || Object.hasOwn(parsed, MEMBER)) return undefined
  const [first, ...causes] = limitCauses(serializeCauses(error, thrown).map(redactCause))
  const extended = JSON.stringify({ ...parsed, [MEMBER]: { ...first, causes } })
  return {
    ...response,
    headers: { ...headers, 'content-length': String(byteLength(extended)) },
    body: extended,
  }
}

/** Leaves out causes that would make the member too long. */
function limitCauses(causes: readonly object[]): object[] {
  // The names of the members, and the brackets.
  let bytes = 64
  return causes.filter((cause) => {
    bytes += byteLength(JSON.stringify(cause)) + 1
    return bytes <= MAX_BYTES
  })
}

/** Redacts a cause like any other string for a client. Each frame is redacted alone, because redaction joins lines. */
function redactCause({ name, message, code, stack }: SerializedCause): object {
  return {
    name: redactText(name),
    message: message && redactText(message),
    code: typeof code === 'string' ? redactText(code) : code,
    // Paths are what a developer looks for in a frame.
    stack: getOwnFrames(stack).map((frame) => redact(frame, 'log')),
  }
}

function redactText(text: string): string {
  return redact(text, 'wire')
}
