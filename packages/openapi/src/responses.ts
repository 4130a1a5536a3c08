import { errorClasses, resolveEnvelope, type Envelope, type EnvelopeId } from '@faultline/core'
import { getErrorDoc } from './error-docs.ts'
import { exampleAnswers, type ErrorClassOrCode, type ExampleAnswer } from './examples.ts'
import { createVariants, describeTypes, inlineSchema, referenceSchema, type SchemaObject } from './schema.ts'

/** A response of an operation (OpenAPI 3.1, section 4.8.17). */
export interface ResponseObject {
  readonly description: string
  readonly headers: Readonly<Record<string, HeaderObject>>
  readonly content: Readonly<Record<string, MediaTypeObject>>
}

/** A header of a response (OpenAPI 3.1, section 4.8.21). */
export interface HeaderObject {
  readonly [extension: `x-${string}`]: unknown
  readonly description: string
  readonly schema: HeaderSchema
}

/** The schema of a header's value. */
export interface HeaderSchema {
  readonly [extension: `x-${string}`]: unknown
  readonly type: 'string' | 'integer'
  readonly minimum?: number
  readonly enum?: string[]
}

/** The body of a response (OpenAPI 3.1, section 4.8.14). */
export interface MediaTypeObject {
  readonly [extension: `x-${string}`]: unknown
  readonly schema: SchemaObject
  /** Examples by error code. */
  readonly examples: Readonly<Record<string, ExampleObject>>
}

/** A body as the server sends it (OpenAPI 3.1, section 4.8.19). */
export interface ExampleObject {
  /** The action that the receiver can take. */
  readonly summary: string
  /** Whether the same request may succeed later, according to the envelope's document. */
  readonly 'x-retryable': boolean
  readonly value: unknown
}

/** Documentation of the headers of error responses. */
const headerObjects: Readonly<Record<string, HeaderObject>> = {
  allow: {
    description: 'Methods supported by this path (RFC 9110, section 10.2.1).',
    schema: { type: 'string' },
  },
  'request-id': { description: 'Request id.', schema: { type: 'string' } },
  'retry-after': {
    description: 'Seconds to wait before a retry (RFC 9110, section 10.2.3).',
    schema: { type: 'integer', minimum: 0 },
  },
  'www-authenticate': {
    description: 'How to authenticate (RFC 9110, section 11.6.1).',
    schema: { type: 'string' },
  },
  'x-request-id': { description: 'Request id.', schema: { type: 'string' } },
  'x-should-retry': {
    description: '`false` if a retry cannot succeed, regardless of the status.',
    schema: { type: 'string', enum: ['true', 'false'] },
  },
}

/** Options of `errorResponses`, `errorComponents` and `addErrorResponses`. */
export interface ResponsesOptions {
  /**
   * Reference to the schema of a body: `ERROR_SCHEMA_REF`, or another name below `#/components/schemas/`. The schema of
   * a wire code has the same reference with a suffix: `ErrorModelNotFound` next to `Error`.
   * @default the schema is inlined in each response
   */
  readonly schemaRef?: string
}

/**
 * Creates the error responses of an operation, by status: a body schema that distinguishes the possible codes, an
 * example per error, and the headers. All are generated from the responses that a server sends.
 *
 * @param envelope The wire format, or its id.
 * @param errors Error classes, including your own, or codes of the taxonomy. @default the whole taxonomy
 * @throws TypeError for an unknown envelope or error
 */
export function errorResponses(
  envelope: Envelope | EnvelopeId,
  errors: readonly ErrorClassOrCode[] = Object.values(errorClasses),
  { schemaRef }: ResponsesOptions = {},
): Record<string, ResponseObject> {
  const format = resolveEnvelope(envelope)
  const byStatus = new Map<number, ExampleAnswer[]>()
  for (const answer of exampleAnswers(format, errors)) {
    const { status } = answer.response
    byStatus.set(status, [...(byStatus.get(status) ?? []), answer])
  }
  return Object.fromEntries(
    [...byStatus]
      .toSorted(([a], [b]) => a - b)
      .map(([status, answers]) => [String(status), createResponse(format, answers, schemaRef)]),
  )
}

function createResponse(
  envelope: Envelope,
  answers: readonly ExampleAnswer[],
  schemaRef: string | undefined,
): ResponseObject {
  const sentHeaders = new Set(answers.flatMap(({ response }) => Object.keys(response.headers)))
  const variants = createVariants(envelope, answers)
  const [mediaType = envelope.contentType] = envelope.contentType.split(';', 1)
  return {
    description: describeTypes(
      answers.map(({ type }) => type),
      true,
    ),
    headers: Object.fromEntries(Object.entries(headerObjects).filter(([name]) => sentHeaders.has(name))),
    content: {
      [mediaType]: {
        schema:
          schemaRef === undefined
            ? inlineSchema(envelope, variants)
            : referenceSchema(envelope, variants, schemaRef),
        examples: Object.fromEntries(
          answers.map(({ type, response, body }) => [
            type.code,
            {
              summary: getErrorDoc(type).remedy,
              'x-retryable': envelope.lookup(response.error).retryable,
              value: body,
            },
          ]),
        ),
      },
    },
  }
}
