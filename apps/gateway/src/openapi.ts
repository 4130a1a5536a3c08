import { errorClasses, type Envelope, type ErrorCode } from '@faultline/core'
import { ERROR_SCHEMA_REF, errorComponents, errorResponses, type ErrorClassOrCode } from '@faultline/openapi'
import { errors } from './errors.ts'

/** All errors of the API. */
const allErrors: readonly ErrorClassOrCode[] = [...Object.values(errorClasses), errors.OutOfCredits]

type Schema = Readonly<Record<string, unknown>>

/** Errors of every route that needs a key. */
const authErrors: readonly ErrorCode[] = [
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

/** Errors of routes that read a body. */
const bodyErrors: readonly ErrorCode[] = [
  'quota_exceeded',
  'unsupported_media_type',
  'payload_too_large',
  'malformed_body',
  'request_timeout',
  'missing_required_field',
  'invalid_field_value',
  'validation_failed',
]

/** Errors of routes that call the upstream. */
const upstreamErrors: readonly ErrorCode[] = [
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

interface Route {
  readonly summary: string
  readonly method: 'get' | 'post'
  readonly parameters?: readonly string[]
  readonly query?: readonly string[]
  readonly body?: Schema
  readonly status?: number
  /** Content of the successful response, by media type. */
  readonly content: Schema
  readonly errors: readonly ErrorClassOrCode[]
}

const message = object({ role: { enum: ['system', 'user', 'assistant'] }, content: text }, 'role', 'content')
const chat = object(
  {
    model: text,
    messages: { type: 'array', minItems: 1, maxItems: 100, items: message },
    temperature: { type: 'number', minimum: 0, maximum: 2 },
    max_tokens: { type: 'integer', minimum: 1 },
    stream: { type: 'boolean' },
  },
  'model',
  'messages',
)
const image = object(
  {
    prompt: text,
    size: { enum: ['256x256', '512x512', '1024x1024'] },
    quality: { enum: ['standard', 'hd'] },
  },
  'prompt',
)

const routes: Readonly<Record<string, Route>> = {
  '/health': {
    summary: 'Health check',
    method: 'get',
    content: json(
      object({ status: text, framework: text, envelope: text }, 'status', 'framework', 'envelope'),
    ),
    errors: ['internal_error'],
  },
  '/v1/models': {
    summary: 'List the models',
    method: 'get',
    content: json(
      object({ object: { const: 'list' }, data: { type: 'array', items: model } }, 'object', 'data'),
    ),
    errors: authErrors,
  },
  '/v1/models/{model}': {
    summary: 'Get a model',
    method: 'get',
    parameters: ['model'],
    content: json(model),
    errors: [...authErrors, 'model_not_found'],
  },
  '/v1/chat/completions': {
    summary: 'Create a chat completion',
    method: 'post',
    body: json(chat),
    content: { ...json(object({ object: { const: 'chat.completion' } }, 'object')), ...events },
    errors: [
      ...authErrors,
      ...bodyErrors,
      ...upstreamErrors,
      errors.OutOfCredits,
      'unsupported_model',
      'prompt_too_long',
      'invalid_temperature',
      'invalid_max_tokens',
    ],
  },
  '/v1/images/generations': {
    summary: 'Create an image',
    method: 'post',
    body: json(image),
    content: json(
      object(
        { data: { type: 'array', items: object({ url: { type: 'string', format: 'uri' } }, 'url') } },
        'data',
      ),
    ),
    errors: [
      ...authErrors,
      ...bodyErrors,
      ...upstreamErrors,
      'prompt_violation',
      'invalid_image_size',
      'invalid_image_quality',
    ],
  },
  '/v1/files': {
    summary: 'Upload a file',
    method: 'post',
    body: {
      'multipart/form-data': { schema: object({ file: { type: 'string', format: 'binary' } }, 'file') },
    },
    content: json(
      object({ id: text, bytes: { type: 'integer' }, filename: text }, 'id', 'bytes', 'filename'),
    ),
    errors: [...authErrors, ...bodyErrors, 'file_too_large', 'invalid_file_format'],
  },
  '/v1/resources/{id}': {
    summary: 'Create a resource',
    method: 'post',
    parameters: ['id'],
    status: 201,
    content: json(object({ id: text, object: { const: 'resource' } }, 'id', 'object')),
    errors: [...authErrors, 'quota_exceeded', 'conflict'],
  },
  '/v1/errors/{code}': {
    summary: 'Throw the error of a code; with `stream`, after two stream events',
    method: 'get',
    parameters: ['code'],
    query: ['message', 'retry_after', 'field', 'issue', 'origin', 'model', 'stream'],
    content: events,
    errors: allErrors,
  },
  '/v1/throw/{kind}': {
    summary: 'Throw a value that is not a typed error',
    method: 'get',
    parameters: ['kind'],
    content: json({}),
    errors: [...authErrors, 'not_found', 'resource_not_found', 'conflict', 'upstream_error'],
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

/** Creates the OpenAPI 3.1 document of the demo API, with every error response in the given envelope. */
export function createOpenApiDocument(envelope: Envelope): object {
  const paths = Object.entries(routes).map(([path, route]) => {
    const { summary, method, parameters = [], query = [], body, status = 200, content, errors } = route
    const operation = {
      summary,
      security: path === '/health' ? [] : [{ bearer: [] }, { key: [] }],
      parameters: [...parameters.map(parameter('path')), ...query.map(parameter('query'))],
      ...(body === undefined ? {} : { requestBody: { required: true, content: body } }),
      responses: {
        [status]: { description: 'Success', content },
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
      description: '`/compat/{envelope}/v1/…` serves the same routes with errors in that envelope.',
    },
    paths: Object.fromEntries(paths) as object,
    components: {
      schemas: errorComponents(envelope, allErrors).schemas,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        key: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
      },
    },
  }
}
