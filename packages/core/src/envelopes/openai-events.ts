import type { SentStream } from '../events/sent-stream.ts'
import type { ErrorEvent } from './envelope.ts'
import { numberOrUndefined, objectOrEmpty, stringOrUndefined } from './json-values.ts'
import type { OpenAIError } from './openai-error.ts'

interface Body {
  readonly error: OpenAIError
}

/** Returns whether the first event of a stream is one of the Responses API. */
export function isResponsesStream({ first }: SentStream): boolean {
  return stringOrUndefined(objectOrEmpty(first)['type'])?.startsWith('response.') === true
}

/**
 * Creates the error event that every SDK version raises, on the Responses API too: openai up to 7.5 requires a nested
 * `error`, the AI SDK requires the flat members of OpenAI's `ResponseErrorEvent`.
 */
export function renderErrorEvent(body: Body, stream: SentStream): ErrorEvent {
  const { code, message, param } = body.error
  const sequenceNumber = getNextSequenceNumber(stream)
  return {
    event: 'error',
    data: { type: 'error', code, message, param, sequence_number: sequenceNumber, ...body },
  }
}

/**
 * Creates the events that end a stream of the Responses API, as OpenAI sends them: `error`, and `response.failed` with
 * the response of the stream. Codex reads the second only.
 */
export function renderResponsesEvents(body: Body, stream: SentStream): ErrorEvent[] {
  const { message, code, type } = body.error
  const fallbackCode = type === 'invalid_request_error' ? 'invalid_prompt' : 'server_error'
  return [
    renderErrorEvent(body, stream),
    {
      event: 'response.failed',
      data: {
        type: 'response.failed',
        sequence_number: getNextSequenceNumber(stream) + 1,
        response: {
          object: 'response',
          ...objectOrEmpty(objectOrEmpty(stream.first)['response']),
          status: 'failed',
          error: { code: code ?? fallbackCode, message },
          incomplete_details: null,
        },
      },
    },
  ]
}

/** Returns the number after that of the last event. It is 0 if the events of the stream are not known. */
function getNextSequenceNumber({ last }: SentStream): number {
  return (numberOrUndefined(objectOrEmpty(last)['sequence_number']) ?? -1) + 1
}
