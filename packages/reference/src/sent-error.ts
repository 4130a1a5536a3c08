import type { Envelope, SerializedResponse } from '@faultline/core'
import { listLeaves, type ExampleAnswer, type JsonPath } from '@faultline/openapi'

/** The response to an error, and the values that clients read from it. */
export interface SentError extends ExampleAnswer {
  /** The event that reports the error in a stream. */
  readonly event: string
  /** The code that `@faultline/client` returns. */
  readonly clientCode: string
  /** Whether the error is retryable and no header forbids a retry. */
  readonly isRetryable: boolean
  readonly message: string
  /** The path of the message in the body, if the body contains it. */
  readonly messagePath: JsonPath | undefined
}

/** Reads the values that clients act on from an example response. */
export function readSentError(envelope: Envelope, answer: ExampleAnswer): SentError {
  const { response, body } = answer
  const { status, headers, error } = response
  const listed = envelope.lookup(error)
  const message = listed.message ?? error.publicMessage
  const messageLeaf = listLeaves(body).find(
    ({ path, value }) =>
      typeof value === 'string' &&
      (value.includes(message) || /^(?:message|detail)$/.test(String(path.at(-1)))),
  )
  return {
    ...answer,
    event: createEvent(envelope, response, body),
    clientCode: envelope.parse({ status, headers, body })?.code ?? error.code,
    isRetryable: listed.retryable && headers['x-should-retry'] !== 'false',
    message: messageLeaf === undefined ? message : String(messageLeaf.value),
    messagePath: messageLeaf?.path,
  }
}

/** Creates the event of an error, with the request id and timestamp of its example body. */
function createEvent(envelope: Envelope, { error, headers }: SerializedResponse, body: unknown): string {
  const time = listLeaves(body)
    .map(({ value }) => value)
    .find((value) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value))
  const timestamp = new Date(typeof time === 'string' ? time : 0)
  return envelope.errorEvents(error, { requestId: headers['x-request-id'], timestamp })
}
