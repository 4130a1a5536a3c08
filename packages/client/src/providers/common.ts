import { isErrorStatus, readProperty } from '@faultline/core'
import { MAX_TEXT_LENGTH, readText } from './read-text.ts'
import type { BodyReader } from './body-part.ts'

/**
 * The members that most shapes share: OpenAI's `{ error: { message, type, code, param } }`, AWS's `{ __type, Message }`,
 * text-generation-inference's `{ error, error_type }`, problem details (RFC 9457), and the status in the body of
 * LiteLLM, vLLM, OpenRouter, Google and Nest.
 */
export const readCommonMembers: BodyReader = ({ body, error }) => {
  const code = readProperty(error, 'code') ?? readProperty(error, '__type')
  const codeText = typeof code === 'string' ? code : undefined
  const bodyError = readProperty(body, 'error')
  // llama.cpp has a number as code, and this type.
  const isContextExceeded = readText(error, 'type') === 'exceed_context_size_error'
  return {
    message:
      readText(error, 'message') ??
      readText(error, 'Message') ??
      readText(body, 'message') ??
      readText(body, 'detail') ??
      (typeof bodyError === 'string' ? bodyError.slice(0, MAX_TEXT_LENGTH) : undefined),
    specificNames: [
      codeText,
      readText(body, 'error_type'),
      isContextExceeded ? 'prompt_too_long' : undefined,
    ],
    genericNames: [readText(error, 'status'), readText(error, 'type')],
    code: codeText,
    status:
      toStatus(code) ??
      toStatus(readProperty(error, 'status_code')) ??
      toStatus(readProperty(error, 'http_status_code')) ??
      toStatus(readProperty(error, 'status')) ??
      toStatus(readProperty(body, 'statusCode')),
    field: readText(error, 'param'),
  }
}

/** Converts a status that is a number, or a string of three digits. */
function toStatus(value: unknown): number | undefined {
  const status = typeof value === 'string' && value.length === 3 ? Number(value) : value
  return isErrorStatus(status) ? status : undefined
}
