import { createEnvelope } from '../envelopes/define-envelope.ts'
import type { Envelope } from '../envelopes/envelope.ts'
import { describeLookAlike, isEnvelope } from '../envelopes/is-envelope.ts'
import { describeValue } from '../errors/describe-value.ts'
import type { ApiRequest } from '../http/request.ts'
import type { ResponderOptions } from './options.ts'
import { createResponderFrom } from './options-responder.ts'
import type { ResponderParts } from './responder-parts.ts'
import { isResponder, type Responder } from './responder.ts'

/** The options of a slim responder. `onError` is required, because there is no log unless you pass one. */
export interface SlimResponderOptions<Raw = unknown> extends Omit<
  ResponderOptions<Raw>,
  'development' | 'envelope' | 'fallbackEnvelope' | 'errorClasses' | 'onError'
> {
  /** The wire format: an envelope, or a function of the request that returns one. */
  envelope: Envelope | ((request: ApiRequest<Raw>) => Envelope)
  /** As the option of all responders. @default a minimal envelope */
  fallbackEnvelope?: Envelope | undefined
  /** As the option of all responders. `logToConsole` writes each 5xx to the console. */
  onError: NonNullable<ResponderOptions<Raw>['onError']>
}

/** `{ error: { code, message, request_id } }`, for failures of the `envelope` function and of envelopes. */
const minimalEnvelope = /* @__PURE__ */ createEnvelope(() => ({
  id: 'minimal',
  codes: { internal_error: { status: 500 } },
  mapping: { default: 'internal_error' },
  renderBody: ({ code, message, requestId }) => ({ error: { code, message, request_id: requestId } }),
  parseBody: () => undefined,
}))

const slimParts: ResponderParts = {
  fallback: minimalEnvelope,
  resolveEnvelope: (envelope) => requireEnvelope(envelope),
  checkOptions: checkSlimOptions,
  warn: warnWithoutDetails,
}

/** Without the code that removes secrets, a message cannot be written. */
function warnWithoutDetails(message: string, exception: unknown): void {
  console.error(`Faultline: ${message}: ${describeValue(exception)}`)
}

/** @throws TypeError if the value is not an envelope. */
function requireEnvelope(value: unknown, option = 'envelope'): Envelope {
  if (isEnvelope(value)) return value
  const advice =
    typeof value === 'string'
      ? 'ids need createResponder of @faultline/core'
      : 'see @faultline/core/envelopes and defineEnvelope'
  throw new TypeError(
    `faultline: option \`${option}\` must be an Envelope, not ${describeValue(value)}${describeLookAlike(value) || `; ${advice}`}`,
  )
}

function checkSlimOptions(options: Partial<SlimResponderOptions> | null | undefined): void {
  if (typeof options?.envelope !== 'function') requireEnvelope(options?.envelope)
  const { fallbackEnvelope, onError } = options ?? {}
  if (fallbackEnvelope !== undefined) requireEnvelope(fallbackEnvelope, 'fallbackEnvelope')
  const hooks: readonly unknown[] = Array.isArray(onError) ? onError : [onError]
  if (!hooks.every((hook) => typeof hook === 'function'))
    throw new TypeError(
      `faultline: option \`onError\` must be a function, or an array of functions, not ${describeValue(onError)}; pass logToConsole to write each 5xx to the console`,
    )
}

function ignore(): void {}

/**
 * Creates a responder like `createResponder` of `@faultline/core`, but from what it is given, so that a bundle has only
 * the code that it uses: without the table of envelope ids, the recognition of errors of libraries, the log and the
 * check of every option. Pass `recognizers: [recognizeError]` and `onError: logToConsole` to add them. The text of a
 * replaced response does not become the message.
 *
 * @throws TypeError if `envelope` is not an envelope, or `onError` is missing.
 */
export function createResponder<Raw = unknown>(options: SlimResponderOptions<Raw>): Responder<Raw> {
  return createResponderFrom(slimParts, options, ignore)
}

/**
 * Returns a responder unchanged. The slim entries of the adapters accept nothing else.
 *
 * @throws TypeError if the value is not a responder, for example if it is options.
 */
export function requireResponder<Raw>(responder: Responder<Raw>): Responder<Raw> {
  if (isResponder(responder)) return responder
  throw new TypeError(
    `faultline: a slim entry requires a responder, not ${describeValue(responder)}; create it with createResponder of @faultline/core/slim`,
  )
}
