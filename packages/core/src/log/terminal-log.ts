import { formatFailure, isServerError, type ErrorHook } from './log-hook.ts'
import { redact } from './redact.ts'
import { serializeApiError, type SerializedCause } from './serialize-error.ts'
import { getOwnFrames } from './stack-frames.ts'

// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const CONTROL_CHARACTER = /[\x00-\x09\x0b-\x1f\x7f-\x9f]/g

/**
 * Writes each failure to the console in a form for development: a status below 500 in one line with the message, any other
 * with its cause chain and the stack frames of the application. It does not summarize equal failures.
 */
export const logToTerminal: ErrorHook = function logFailure(error, thrown, request) {
  if (request.foreign === true) return
  const { causes = [], ...data } = serializeApiError(error, thrown, request)
  const message = isServerError(error, request)
    ? ''
    : `: ${redact(error.message, 'log').replaceAll('\n', ' ')}`
  const text = formatFailure({ ...data, causes: causes.map(shortenStack) }) + message
  // A message may contain the escape sequences of a terminal.
  console.error(text.replaceAll(CONTROL_CHARACTER, '?'))
}

function shortenStack(cause: SerializedCause): SerializedCause {
  const { stack } = cause
  if (stack === undefined) return cause
  const [head = ''] = stack.split(/\n\s+at /, 1)
  return { ...cause, stack: [head, ...getOwnFrames(stack)].join('\n    ') }
}
