import { errorClasses, type Envelope, type EnvelopeId } from '@faultline/core'
import { getErrorDoc } from './advice.ts'
import { answersOf, envelopeFrom, type Answered, type ErrorClassOrCode } from './sample.ts'
import { inlineSchema, referredSchema, variantsOf, type SchemaObject } from './schema.ts'

/** A response of an operation (OpenAPI 3.1, 4.8.17). */
export interface ResponseObject {
  readonly description: string
  readonly headers: Readonly<Record<string, HeaderObject>>
  readonly content: Readonly<Record<string, MediaTypeObject>>
}

/** A header of a response (OpenAPI 3.1, 4.8.21). */
export interface HeaderObject {
  readonly [extension: `x-${string}`]: unknown
  readonly description: string
  readonly schema: HeaderSchema
}

/** What a header says. */
export interface HeaderSchema {
  readonly [extension: `x-${string}`]: unknown
  readonly type: 'string' | 'integer'
  readonly minimum?: number
  readonly enum?: string[]
}

/** The body of a response (OpenAPI 3.1, 4.8.14). */
export interface MediaTypeObject {
  readonly [extension: `x-${string}`]: unknown
  readonly schema: SchemaObject
  /** By the error's code. */
  readonly examples: Readonly<Record<string, ExampleObject>>
}

/** A body as it is sent (OpenAPI 3.1, 4.8.19). */
export interface ExampleObject {
  /** What the receiver can do. */
  readonly summary: string
  /** Whether the same request may succeed later, by the envelope's document. */
  readonly 'x-retryable': boolean
  readonly value: unknown
}

/** What there is to say of the headers of an answer. */
const headers: Readonly<Record<string, HeaderObject>> = {
  allow: { description: 'The methods that the path takes (RFC 9110, 10.2.1).', schema: { type: 'string' } },
  'request-id': { description: 'The id of the request.', schema: { type: 'string' } },
  'retry-after': {
    description: 'Seconds to wait before another try (RFC 9110, 10.2.3).',
    schema: { type: 'integer', minimum: 0 },
  },
  'www-authenticate': {
    description: 'How to authenticate (RFC 9110, 11.6.1).',
    schema: { type: 'string' },
  },
  'x-request-id': { description: 'The id of the request.', schema: { type: 'string' } },
  'x-should-retry': {
    description: '`false` where another try can’t help, whatever the status.',
    schema: { type: 'string', enum: ['true', 'false'] },
  },
}

/** How responses are told of. */
export interface ResponsesOptions {
  /**
   * What the schema of a body is referred to by: `ERROR`, where `errorComponents` has it, or another name there. The
   * schema of one wire code is beside it, `ErrorModelNotFound` beside `Error`.
   * @default the schema itself, in each response
   */
  readonly schemaRef?: string
}

/**
 * The responses of an operation that fails with some errors, by status: the body's schema, which tells the codes that
 * can come apart, an example of each error, and the headers. They are made of what a server would send.
 *
 * @param envelope The wire format, or its id.
 * @param kinds Classes, your own among them, or codes of the taxonomy. @default the whole taxonomy
 * @throws TypeError for what is no envelope or no kind of error
 */
export function errorResponses(
  envelope: Envelope | EnvelopeId,
  kinds: readonly ErrorClassOrCode[] = Object.values(errorClasses),
  { schemaRef }: ResponsesOptions = {},
): Record<string, ResponseObject> {
  const format = envelopeFrom(envelope)
  const byStatus = new Map<number, Answered[]>()
  for (const answered of answersOf(format, kinds)) {
    const { status } = answered.answer
    byStatus.set(status, [...(byStatus.get(status) ?? []), answered])
  }
  return Object.fromEntries(
    [...byStatus]
      .toSorted(([a], [b]) => a - b)
      .map(([status, answers]) => [String(status), responseOf(format, answers, schemaRef)]),
  )
}

function responseOf(
  envelope: Envelope,
  answers: readonly Answered[],
  schemaRef: string | undefined,
): ResponseObject {
  const names = new Set(answers.flatMap(({ answer }) => Object.keys(answer.headers)))
  const variants = variantsOf(envelope, answers)
  return {
    description: answers.map(({ type }) => `- \`${type.code}\`: ${getErrorDoc(type).description}`).join('\n'),
    headers: Object.fromEntries(
      Object.entries(headers).flatMap(([name, header]) => (names.has(name) ? [[name, header]] : [])),
    ),
    content: {
      [envelope.contentType.split(';', 1)[0]!]: {
        schema:
          schemaRef === undefined
            ? inlineSchema(envelope, variants)
            : referredSchema(envelope, variants, schemaRef),
        examples: Object.fromEntries(
          answers.map(({ type, answer, body }) => [
            type.code,
            {
              summary: getErrorDoc(type).remedy,
              'x-retryable': envelope.lookup(answer.error).retryable,
              value: body,
            },
          ]),
        ),
      },
    },
  }
}
