import { isObject, parseJson, readNumber, readProperty } from '@faultline/core'
import type { ProviderError } from './provider-error.ts'
import { readText } from './read-text.ts'
import type { BodyPart, BodyReader } from './body-part.ts'

/**
 * Creates the reader for OpenRouter: `{ error: { code, message, metadata: { error_type, raw, ... } } }`. `raw` is the
 * body of the provider that OpenRouter called, as a string.
 *
 * @param readProviderError Reads the quoted body.
 */
export function createOpenRouterReader(readProviderError: (body: object) => ProviderError): BodyReader {
  return ({ error }): BodyPart => {
    const metadata = readProperty(error, 'metadata')
    if (!isObject(metadata)) return {}
    const isModerated =
      readProperty(metadata, 'flagged_input') !== undefined ||
      Array.isArray(readProperty(metadata, 'reasons'))
    const quotedBody = parseQuotedBody(readText(metadata, 'raw'))
    const quoted = quotedBody === undefined ? undefined : readProviderError(quotedBody)
    return {
      message: quoted?.message,
      specificNames: [
        readText(metadata, 'limit_source'),
        readText(metadata, 'error_type'),
        isModerated ? 'content_filter' : undefined,
      ],
      genericNames: quoted?.names ?? [],
      retryAfter: readNumber(metadata, 'retry_after_seconds'),
    }
  }
}

/** Parses the quoted body. One that quotes another body is ignored, so that the nesting is limited. */
function parseQuotedBody(raw: string | undefined): object | undefined {
  const body = raw?.startsWith('{') === true ? parseJson(raw) : undefined
  if (!isObject(body)) return undefined
  return isObject(readProperty(readProperty(body, 'error'), 'metadata')) ? undefined : body
}
