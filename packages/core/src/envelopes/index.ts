import { describeValue } from '../errors/describe-value.ts'
import { findSimilar } from '../errors/find-similar.ts'
import type { Envelope } from './envelope.ts'
import { a15t } from './a15t.ts'
import { agUi } from './ag-ui.ts'
import { aiApi } from './ai-api.ts'
import { aiSdkUi } from './ai-sdk-ui.ts'
import { anthropic } from './anthropic.ts'
import { azureOpenai } from './azure-openai.ts'
import { compactifai } from './compactifai.ts'
import { compresr } from './compresr.ts'
import { google } from './google.ts'
import { describeLookAlike, isEnvelope } from './is-envelope.ts'
import { humanloop } from './humanloop.ts'
import { jsonApi } from './json-api.ts'
import { ollama } from './ollama.ts'
import { openai, openaiResponses } from './openai.ts'
import { problemDetails, problemDetailsWithBase } from './problem-details.ts'
import { universal } from './universal.ts'

/** The built-in envelopes by id. */
export const envelopes = {
  a15t,
  'ai-api': aiApi,
  compactifai,
  compresr,
  humanloop,
  openai,
  'openai-responses': openaiResponses,
  anthropic,
  google,
  'azure-openai': azureOpenai,
  'ai-sdk-ui': aiSdkUi,
  'ag-ui': agUi,
  ollama,
  'problem-details': problemDetails,
  'json-api': jsonApi,
  universal,
} as const satisfies Readonly<Record<string, Envelope>>

/** The id of an envelope. The suffix `:strict` selects strict mode. */
export type EnvelopeId = keyof typeof envelopes | `${keyof typeof envelopes}:strict`

/**
 * Returns the envelope with an id. Returns an envelope unchanged.
 *
 * @param envelope An envelope, or an id, for example `ai-api` or `ai-api:strict`.
 * @throws TypeError if the id is unknown, or if the value is neither an id nor an envelope.
 */
export function resolveEnvelope(envelope: EnvelopeId | Envelope | (string & {})): Envelope {
  if (typeof envelope === 'string') return getEnvelope(envelope)
  if (isEnvelope(envelope)) return envelope
  throw new TypeError(
    `faultline: ${describeValue(envelope)} is neither an envelope nor a known envelope id${describeLookAlike(envelope)}`,
  )
}

/**
 * Returns whether the bodies of an envelope are plain text. Then nothing in a body identifies the envelope or the error: the
 * status determines the code.
 */
export function hasTextBodies({ contentType }: Envelope): boolean {
  return contentType.startsWith('text/plain')
}

/**
 * Parses a serialized body: to a JSON value, or to a string if the bodies of the envelope are plain text.
 *
 * @throws SyntaxError if it is not valid JSON.
 */
export function deserializeBody(envelope: Envelope, body: string): unknown {
  return hasTextBodies(envelope) ? body : JSON.parse(body)
}

function getEnvelope(id: string): Envelope {
  const strictId = /^(.*):strict$/.exec(id)?.[1]
  const envelope = new Map<string, Envelope>(Object.entries(envelopes)).get(strictId ?? id)
  if (envelope === undefined) {
    const ids = Object.keys(envelopes)
    const similarId = findSimilar(id, [...ids, ...ids.map((knownId) => `${knownId}:strict`)])
    const suggestion = similarId === undefined ? 'known' : `did you mean ${JSON.stringify(similarId)}? Known`
    throw new TypeError(
      `faultline: unknown envelope ${JSON.stringify(id)}; ${suggestion} ids: ${ids.join(', ')}, each also with the suffix ":strict".`,
    )
  }
  return strictId === undefined ? envelope : envelope.strict
}

export {
  a15t,
  agUi,
  aiApi,
  aiSdkUi,
  anthropic,
  azureOpenai,
  compactifai,
  compresr,
  google,
  humanloop,
  jsonApi,
  ollama,
  openai,
  openaiResponses,
  problemDetails,
  problemDetailsWithBase,
  universal,
}
export { defineEnvelope } from './define-envelope.ts'
export { extendEnvelope } from './extend-envelope.ts'
export { isEnvelope } from './is-envelope.ts'
export { messagesByLanguage, negotiateLanguage } from './languages.ts'
export type { LocalizedMessage } from './extended-definition.ts'
export type { EnvelopeExtension, MessageFunction } from './extension.ts'
export type { MessageTable } from './fill-message.ts'
export type {
  ClientHints,
  BodyInput,
  Envelope,
  EnvelopeDefinition,
  ErrorEvent,
  JsonBody,
  JsonResponse,
  JsonSchema,
  WireEntry,
  ParsedBody,
  RenderedResponse,
  RetryPolicy,
  RenderContext,
  CodeMapping,
  WireCode,
  WireIssue,
  WireResponse,
} from './envelope.ts'
