import type { Envelope, ErrorCode } from '@faultline/core'
import { ERROR_SCHEMA_REF, errorComponents, errorResponses } from '@faultline/openapi'
import * as z from 'zod'
import { chat, image } from './chat.ts'

type Schema = Readonly<Record<string, unknown>>

/** What can go wrong with who asks, wherever a key is needed. */
const keyed: readonly ErrorCode[] = [
  'missing_api_key',
  'invalid_api_key',
  'expired_api_key',
  'revoked_api_key',
  'account_suspended',
  'permission_denied',
  'rate_limit_exceeded',
  'concurrent_limit_exceeded',
  'service_unavailable',
  'internal_error',
  'invalid_request',
  'expectation_failed',
]

/** What can go wrong with a JSON body. */
const read: readonly ErrorCode[] = [
  'quota_exceeded',
  'unsupported_media_type',
  'payload_too_large',
  'malformed_body',
  'request_timeout',
  'missing_required_field',
  'invalid_field_value',
  'validation_failed',
]

/** What an upstream can do. */
const called: readonly ErrorCode[] = [
  'failed_request',
  'model_overloaded',
  'model_server_error',
  'model_timeout',
  'model_unavailable',
  'upstream_error',
  'stream_error',
  'stream_terminated',
]

const object = (properties: Schema, ...required: string[]): Schema => ({
  type: 'object',
  required,
  properties,
})
const text: Schema = { type: 'string' }
const model = object({ id: text, object: { const: 'model' } }, 'id', 'object')

const json = (schema: Schema): Schema => ({ 'application/json': { schema } })
const events: Schema = { 'text/event-stream': { schema: text } }

/** What is told of one route. */
interface Route {
  readonly summary: string
  readonly method: 'get' | 'post'
  readonly parameters?: readonly string[]
  readonly query?: readonly string[]
  readonly body?: Schema
  readonly status?: number
  readonly answer: Schema
  /** @default the whole taxonomy */
  readonly errors?: readonly ErrorCode[]
}

function bodyOf(schema: z.ZodType): Schema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema) as Schema
  return json(rest)
}

const routes: Readonly<Record<string, Route>> = {
  '/health': {
    summary: 'Whether the app runs',
    method: 'get',
    answer: json(
      object({ status: text, framework: text, envelope: text }, 'status', 'framework', 'envelope'),
    ),
    errors: ['internal_error'],
  },
  '/v1/models': {
    summary: 'The models that there are',
    method: 'get',
    answer: json(
      object({ object: { const: 'list' }, data: { type: 'array', items: model } }, 'object', 'data'),
    ),
    errors: keyed,
  },
  '/v1/models/{model}': {
    summary: 'One model',
    method: 'get',
    parameters: ['model'],
    answer: json(model),
    errors: [...keyed, 'model_not_found'],
  },
  '/v1/chat/completions': {
    summary: 'Completes a chat, or streams its completion',
    method: 'post',
    body: bodyOf(chat),
    answer: { ...json(object({ object: { const: 'chat.completion' } }, 'object')), ...events },
    errors: [
      ...keyed,
      ...read,
      ...called,
      'unsupported_model',
      'prompt_too_long',
      'invalid_temperature',
      'invalid_max_tokens',
    ],
  },
  '/v1/images/generations': {
    summary: 'Makes an image',
    method: 'post',
    body: bodyOf(image),
    answer: json(
      object(
        { data: { type: 'array', items: object({ url: { type: 'string', format: 'uri' } }, 'url') } },
        'data',
      ),
    ),
    errors: [...keyed, ...read, ...called, 'prompt_violation', 'invalid_image_size', 'invalid_image_quality'],
  },
  '/v1/files': {
    summary: 'Stores a file',
    method: 'post',
    body: {
      'multipart/form-data': { schema: object({ file: { type: 'string', format: 'binary' } }, 'file') },
    },
    answer: json(object({ id: text, bytes: { type: 'integer' }, filename: text }, 'id', 'bytes', 'filename')),
    errors: [...keyed, ...read, 'file_too_large', 'invalid_file_format'],
  },
  '/v1/resources/{id}': {
    summary: 'Makes a resource, once',
    method: 'post',
    parameters: ['id'],
    status: 201,
    answer: json(object({ id: text, object: { const: 'resource' } }, 'id', 'object')),
    errors: [...keyed, 'quota_exceeded', 'conflict'],
  },
  '/v1/errors/{code}': {
    summary: 'Throws the error of a code; with `stream`, after two events of a stream',
    method: 'get',
    parameters: ['code'],
    query: ['message', 'retry_after', 'field', 'issue', 'origin', 'model', 'stream'],
    answer: events,
  },
  '/v1/throw/{kind}': {
    summary: 'Throws something that is no typed error',
    method: 'get',
    parameters: ['kind'],
    answer: json({}),
    errors: [...keyed, 'not_found', 'resource_not_found', 'conflict', 'upstream_error'],
  },
}

const parameter =
  (place: 'path' | 'query') =>
  (name: string): Schema => ({
    name,
    in: place,
    required: place === 'path',
    schema: text,
  })

/** The OpenAPI 3.1 document of the demo API in an envelope, every error that a route can answer with included. */
export function documentOf(envelope: Envelope): object {
  const paths = Object.entries(routes).map(([path, route]) => {
    const { summary, method, parameters = [], query = [], body, status = 200, answer, errors } = route
    const operation = {
      summary,
      security: path === '/health' ? [] : [{ bearer: [] }, { key: [] }],
      parameters: [...parameters.map(parameter('path')), ...query.map(parameter('query'))],
      ...(body === undefined ? {} : { requestBody: { required: true, content: body } }),
      responses: {
        [status]: { description: 'What was asked for', content: answer },
        ...errorResponses(envelope, errors, { schemaRef: ERROR_SCHEMA_REF }),
      },
    }
    return [path, { [method]: operation }]
  })
  return {
    openapi: '3.1.0',
    info: {
      title: 'An AI gateway',
      version: '1.0.0',
      description: '`/compat/{envelope}/v1/…` serves the same routes, and answers in that envelope.',
    },
    paths: Object.fromEntries(paths) as object,
    components: {
      schemas: errorComponents(envelope).schemas,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        key: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
      },
    },
  }
}
