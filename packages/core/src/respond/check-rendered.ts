import type { Envelope, JsonResponse } from '../envelopes/envelope.ts'
import { findHeaderProblems } from '../envelopes/header-problems.ts'
import { describeValue } from '../errors/describe-value.ts'
import { isErrorStatus } from '../http/status.ts'

/** Maximum length of a body in bytes. */
const MAX_BODY_BYTES = 16 * 1024 * 1024

/**
 * Checks what an envelope has rendered. An envelope that is written by hand can render anything.
 *
 * @throws TypeError that describes what cannot be sent.
 */
export function checkRendered({ status, byteLength }: JsonResponse): void {
  if (!isErrorStatus(status))
    throw new TypeError(`the status must be an integer from 400 to 599, not ${describeValue(status)}`)
  if (!(byteLength <= MAX_BODY_BYTES))
    throw new TypeError(`the body has ${byteLength} bytes, more than ${MAX_BODY_BYTES}`)
}

/** Checks the header values of envelopes. It remembers the last ones, which are the same for most responses. */
export class HeaderTextCheck {
  #contentType: string | null = null
  #challenge: string | null = null

  /** @throws TypeError that names the member of the envelope that cannot be sent. */
  check({ contentType, challenge }: Envelope): void {
    if (contentType === this.#contentType && challenge === this.#challenge) return
    for (const problem of findHeaderProblems({ contentType, challenge })) throw new TypeError(problem)
    this.#contentType = contentType
    this.#challenge = challenge
  }
}

/**
 * Checks the header values of the envelope of an option.
 *
 * @param place Begins the message.
 * @throws TypeError that names the option and the member of the envelope.
 */
export function checkHeaderTexts(option: string, envelope: Envelope, place = 'faultline'): void {
  for (const problem of findHeaderProblems(envelope))
    throw new TypeError(`${place}: option \`${option}\`: ${problem}`)
}
