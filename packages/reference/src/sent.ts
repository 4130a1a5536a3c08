import type { SerializedResponse, Envelope } from '@faultline/core'
import type { Answered } from '@faultline/openapi'
import { leavesOf, type Path } from './leaves.ts'

/** What a server answers to a kind of error, and what a client makes of it. */
export interface Sent extends Answered {
  /** The event that tells of it in a stream. */
  readonly event: string
  /** The code that `@faultline/client` gives it. */
  readonly clientCode: string
  /** Whether another try may help, and the answer does not say otherwise. */
  readonly isRetryable: boolean
  readonly message: string
  /** Where the body has the message, if it has it. */
  readonly messagePath: Path | undefined
}

/** All that there is to an answer. */
export function sentBy(envelope: Envelope, answered: Answered): Sent {
  const { answer, body } = answered
  const { status, headers, error } = answer
  const listed = envelope.lookup(error)
  const message = listed.message ?? error.publicMessage
  const said = leavesOf(body).find(
    ({ path, value }) =>
      typeof value === 'string' &&
      (value.includes(message) || /^(?:message|detail)$/.test(String(path.at(-1)))),
  )
  return {
    ...answered,
    event: eventOf(envelope, answer, body),
    clientCode: envelope.parse({ status, headers, body })?.code ?? error.code,
    isRetryable: listed.retryable && headers['x-should-retry'] !== 'false',
    message: said === undefined ? message : String(said.value),
    messagePath: said?.path,
  }
}

/** An event with the id and the time of the body beside it. */
function eventOf(envelope: Envelope, { error, headers }: SerializedResponse, body: unknown): string {
  const time = leavesOf(body)
    .map(({ value }) => value)
    .find((value) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value))
  const timestamp = new Date(typeof time === 'string' ? time : 0)
  return envelope.errorEvent(error, { requestId: headers['x-request-id'], timestamp })
}
