import { createResponder, type ApiRequest, type ResponderOptions } from '@faultline/core'
import { z } from 'zod'
import { parseError, type ApiError, type EnvelopeId } from '../../src/index.ts'
import { createSampleError, taxonomy } from '../errors.ts'

/** The id of an envelope in normal mode. */
export type DocumentId = Exclude<EnvelopeId, `${string}:strict`>

/** Members that the bodies of the five documents have. */
interface Body {
  success?: boolean
  error?: {
    type?: string
    code?: string | null
    message: string
    param?: string | null
    details?: { field: string; issue: string }
  }
  detail?: string | { type: string; message: string; code: number; origin: string }
  meta?: { request_id: string; timestamp: string }
}

/** The response of a server to a failed request. */
export interface Answer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** The body as it is sent. */
  readonly text: string
  readonly body: Body
}

/** Values that a test sets instead of the defaults. */
export interface AnswerOptions extends Partial<ResponderOptions> {
  /** Headers of the request, with names in lower case. */
  readonly requestHeaders?: Readonly<Record<string, string>>
  /** The request id. @default a new one */
  readonly requestId?: string
}

/** Creates a request as an adapter passes it to the responder. */
export function createRequest(
  headers: Readonly<Record<string, string>> = {},
  id?: string,
): ApiRequest<undefined> {
  return {
    method: 'POST',
    url: '/v1/chat',
    header: (name) => headers[name],
    raw: undefined,
    ...(id === undefined ? {} : { id }),
  }
}

/** Returns the response of a server whose handler throws a value. */
export function answer(envelope: EnvelopeId, thrown: unknown, options: AnswerOptions = {}): Answer {
  const { requestHeaders, requestId, ...responderOptions } = options
  const responder = createResponder({ envelope, onError() {}, ...responderOptions })
  const { status, headers, body: text } = responder.respond(thrown, createRequest(requestHeaders, requestId))
  const body: Body = JSON.parse(text)
  return { status, headers, text, body }
}

/** Returns the responses in normal and in strict mode. */
export function answerInBothModes(id: DocumentId, thrown: unknown, options?: AnswerOptions): Answer[] {
  return [answer(id, thrown, options), answer(`${id}:strict`, thrown, options)]
}

/**
 * Returns the error that a client reads from a response.
 *
 * @param envelope Undefined if the client detects it.
 */
export async function readAnswer(
  { status, headers, text }: Answer,
  envelope: DocumentId | undefined,
): Promise<ApiError> {
  return parseError(new Response(text, { status, headers }), { envelope })
}

/** Sends an error to a client; returns the error that the client reads. */
export async function sendToClient(envelope: DocumentId, thrown: unknown): Promise<ApiError> {
  return readAnswer(answer(envelope, thrown), envelope)
}

/** Removes the line breaks and the indentation of a document's JSON, in which no string contains a line break. */
export function compactJson(sample: string): string {
  return JSON.stringify(JSON.parse(sample))
}

/** Returns the error that a Zod schema throws for a body. */
export function createZodError(schema: z.ZodType, body: unknown): z.ZodError {
  const { error } = schema.safeParse(body)
  if (error === undefined) throw new TypeError('The body is valid')
  return error
}

/** The error that body-parser throws for a body that is not JSON. */
export const malformedJson = Object.assign(new SyntaxError('Unexpected token } in JSON at position 9'), {
  type: 'entity.parse.failed',
  status: 400,
  body: '{"query":}',
})

/** The error that multer throws for a file above its limit. */
export const multerError = Object.assign(new Error('File too large'), {
  name: 'MulterError',
  code: 'LIMIT_FILE_SIZE',
})

/** The result that rate-limiter-flexible rejects with, 7 seconds before its window ends. */
export const limiterResult = { msBeforeNext: 7000, remainingPoints: 0, consumedPoints: 6 }

/** One error of each class, and thrown values of other kinds. */
export const thrownValues: readonly unknown[] = [
  ...taxonomy.map((row) => createSampleError(row)),
  new TypeError("Cannot read properties of undefined (reading 'id')"),
  malformedJson,
  multerError,
  limiterResult,
  createZodError(z.object({ model: z.string() }), {}),
  Object.assign(new Error('Teapot'), { status: 418 }),
  'a string',
  undefined,
]
