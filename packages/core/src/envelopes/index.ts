import type { Envelope } from './envelope.ts'
import { a15t } from './a15t.ts'
import { aiApi } from './ai-api.ts'
import { anthropic } from './anthropic.ts'
import { azureOpenai } from './azure-openai.ts'
import { compactifai } from './compactifai.ts'
import { compresr } from './compresr.ts'
import { google } from './google.ts'
import { humanloop } from './humanloop.ts'
import { jsonApi } from './json-api.ts'
import { openai, openaiResponses } from './openai.ts'
import { problemDetails, problemDetailsWithBase } from './problem-details.ts'
import { universal } from './universal.ts'

/** Every envelope, by its id. */
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
  'problem-details': problemDetails,
  'json-api': jsonApi,
  universal,
} as const satisfies Readonly<Record<string, Envelope>>

/** The id of an envelope, `:strict` behind it for strict mode. */
export type EnvelopeId = keyof typeof envelopes | `${keyof typeof envelopes}:strict`

/**
 * The envelope of an id.
 *
 * @param id `ai-api`, or `ai-api:strict`.
 * @throws TypeError that lists the known ids, for one that is none of them.
 */
export function resolveEnvelope(id: string): Envelope {
  const [name, mode, ...rest] = id.split(':')
  const known = Object.hasOwn(envelopes, name!) ? envelopes[name as keyof typeof envelopes] : undefined
  if (known === undefined || rest.length > 0 || (mode !== undefined && mode !== 'strict')) {
    const ids = Object.keys(envelopes).join(', ')
    throw new TypeError(
      `Unknown envelope ${JSON.stringify(id)}. Known are ${ids}, each also with ":strict" behind it.`,
    )
  }
  return mode === undefined ? known : known.strict
}

export {
  a15t,
  aiApi,
  anthropic,
  azureOpenai,
  compactifai,
  compresr,
  google,
  humanloop,
  jsonApi,
  openai,
  openaiResponses,
  problemDetails,
  problemDetailsWithBase,
  universal,
}
export { defineEnvelope } from './define-envelope.ts'
export type {
  ClientHints,
  BodyInput,
  Envelope,
  EnvelopeDefinition,
  JsonSchema,
  WireEntry,
  ParsedBody,
  RenderedResponse,
  RenderContext,
  CodeMapping,
  WireCode,
  WireIssue,
  WireResponse,
} from './envelope.ts'
