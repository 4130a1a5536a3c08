import {
  errorClasses,
  type Answer,
  type ApiErrorClass,
  type Envelope,
  type JsonSchema,
} from '@faultline/core'
import { adviceOf } from './advice.ts'
import { answerOf, bodyOf, classOf, type Kind } from './sample.ts'

/** A response of an operation (OpenAPI 3.1, 4.8.17). */
export interface ResponseObject {
  readonly description: string
  readonly headers: Readonly<Record<string, HeaderObject>>
  readonly content: Readonly<Record<string, MediaTypeObject>>
}

/** A header of a response (OpenAPI 3.1, 4.8.21). */
export interface HeaderObject {
  readonly description: string
  readonly schema: JsonSchema
}

/** The body of a response (OpenAPI 3.1, 4.8.14). */
export interface MediaTypeObject {
  readonly schema: JsonSchema
  readonly examples: Readonly<Record<string, { readonly summary: string; readonly value: unknown }>>
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
    schema: { enum: ['true', 'false'] },
  },
}

/** How responses are told of. */
export interface ResponsesOptions {
  /** What the schema of a body is referred to by. @default the schema itself, in each response */
  readonly schemaRef?: string
}

/**
 * The responses of an operation that fails with some errors, by status: the body's schema, held to the codes that can
 * come, an example of each error, and the headers. They are made of what a server would send.
 *
 * @param kinds Classes, your own among them, or codes of the taxonomy. @default the whole taxonomy
 * @throws TypeError for what is no kind of error
 */
export function errorResponses(
  envelope: Envelope,
  kinds: readonly Kind[] = Object.values(errorClasses),
  { schemaRef }: ResponsesOptions = {},
): Record<string, ResponseObject> {
  const byStatus = new Map<number, Answered[]>()
  for (const type of new Set(kinds.map(classOf))) {
    const answer = answerOf(envelope, type)
    byStatus.set(answer.status, [...(byStatus.get(answer.status) ?? []), { type, answer }])
  }
  const schema: JsonSchema = schemaRef === undefined ? envelope.schema : { $ref: schemaRef }
  const path = codePath(envelope)
  return Object.fromEntries(
    [...byStatus]
      .toSorted(([a], [b]) => a - b)
      .map(([status, answers]) => [String(status), responseOf(envelope, answers, schema, path)]),
  )
}

/** A kind, and what a server answers to it. */
interface Answered {
  readonly type: ApiErrorClass
  readonly answer: Answer
}

function responseOf(
  envelope: Envelope,
  answers: readonly Answered[],
  schema: JsonSchema,
  path: readonly string[] | undefined,
): ResponseObject {
  const names = new Set(answers.flatMap(({ answer }) => Object.keys(answer.headers)))
  const codes = [...new Set(answers.map(({ answer }) => at(JSON.parse(answer.body), path)))]
  return {
    description: answers.map(({ type }) => `- \`${type.code}\`: ${adviceOf(type).means}`).join('\n'),
    headers: Object.fromEntries(
      Object.entries(headers).flatMap(([name, header]) => (names.has(name) ? [[name, header]] : [])),
    ),
    content: {
      [envelope.contentType.split(';', 1)[0]!]: {
        schema: path === undefined ? schema : { allOf: [schema, held(path, codes)] },
        examples: Object.fromEntries(
          answers.map(({ type, answer }) => [
            type.code,
            { summary: adviceOf(type).todo, value: bodyOf(answer) },
          ]),
        ),
      },
    },
  }
}

const paths = new WeakMap<Envelope, readonly string[] | null>()

/** Where an envelope's bodies have the wire code, if all have it in one place. */
function codePath(envelope: Envelope): readonly string[] | undefined {
  let path = paths.get(envelope)
  if (path === undefined) {
    const bodies = Object.values(errorClasses).map((type) => {
      const { error, body } = answerOf(envelope, type)
      return { code: envelope.lookup(error).code, body: JSON.parse(body) as unknown }
    })
    const [{ body, code }] = bodies as [(typeof bodies)[0]]
    path =
      leaves(body)
        .filter((leaf) => at(body, leaf) === code)
        .find((leaf) => bodies.every((each) => at(each.body, leaf) === each.code)) ?? null
    paths.set(envelope, path)
  }
  return path ?? undefined
}

function leaves(value: unknown, above: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[...above]]
  return Object.entries(value).flatMap(([key, each]) => leaves(each, [...above, key]))
}

function at(value: unknown, path: readonly string[] | undefined): unknown {
  return path?.reduce((each: unknown, key) => (Object(each) as Record<string, unknown>)[key], value)
}

/** The schema of what has one of some values at a path. */
function held(path: readonly string[], values: readonly unknown[]): JsonSchema {
  return path.reduceRight<JsonSchema>((schema, key) => ({ properties: { [key]: schema } }), { enum: values })
}
