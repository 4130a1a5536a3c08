import { aiApi, resolveEnvelope } from '../envelopes/index.ts'
import { createConsoleLog, warn, type ErrorHook } from '../log/log-hook.ts'
import { logToTerminal } from '../log/terminal-log.ts'
import { readProperty } from '../recognize/safe-read.ts'
import { recognizeError } from '../recognize/to-api-error.ts'
import { checkOptions } from './check-options.ts'
import { addDevelopmentMember } from './development.ts'
import { getForeignMessage } from './foreign-response.ts'
import { createResponderFrom } from './options-responder.ts'
import type { ResponderParts } from './responder-parts.ts'
import type { Responder, ResponderOrOptions } from './responder.ts'

const allParts: ResponderParts = {
  resolveEnvelope,
  checkOptions,
  recognize: recognizeError,
  getForeignMessage,
  addDevelopmentMember,
  warn,
  fallback: aiApi,
}

/**
 * Creates a responder from options. Returns a responder unchanged.
 *
 * @param log The hook if the options have no `onError`. @default writes each 5xx to the console; with the option
 * `development`, a readable log of each failure
 * @throws TypeError naming the option that is missing, unknown or of the wrong type.
 */
export function createResponder<Raw = unknown>(
  input: ResponderOrOptions<Raw>,
  log: ErrorHook<Raw> = createDefaultLog(input),
): Responder<Raw> {
  return createResponderFrom(allParts, input, log)
}

/** Creates the hook of options without `onError`. The options are not checked yet. */
function createDefaultLog(input: unknown): ErrorHook {
  return readProperty(input, 'development') === true ? logToTerminal : createConsoleLog()
}
