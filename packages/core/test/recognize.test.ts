import { parse } from 'node:url'
import { CANARY } from '@faultline/test-kit'
import * as Boom from '@hapi/boom'
import { Ajv } from 'ajv'
import fc from 'fast-check'
import createError from 'http-errors'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import {
  formatPath,
  InvalidApiKey,
  parsePath,
  toApiError,
  ValidationFailed,
  type ApiError,
  type ApiRequest,
} from '../src/index.ts'

/** The parts of an error that a caller receives. */
const publicParts = (error: ApiError): string => JSON.stringify([error, error.headers])

test('an error of an asynchronous schema of Ajv is a validation error with the field', async () => {
  const schema = { $async: true, type: 'object', properties: { age: { type: 'number' } } }
  const thrown: unknown = await Promise.resolve(new Ajv().compile(schema)({ age: CANARY })).catch(
    (error: unknown) => error,
  )
  const error = toApiError(thrown)
  expect(error).toMatchObject({
    code: 'validation_failed',
    issues: [{ message: 'must be number', path: ['age'], code: 'type' }],
  })
  expect(publicParts(error)).not.toContain(CANARY)
})

describe('errors of Ajv', () => {
  const Message = {
    type: 'object',
    required: ['content', 'role'],
    properties: { role: { enum: ['user'] }, content: { type: 'string' } },
  }
  const schema = {
    type: 'object',
    required: ['model', 'messages'],
    properties: {
      model: { type: 'string' },
      messages: { type: 'array', maxItems: 2, if: { minItems: 3 }, else: { items: Message } },
      seed: { type: 'number' },
    },
  }
  const listFields = (body: object, verbose: boolean): (string | undefined)[] => {
    const validate = new Ajv({ allErrors: true, verbose, strict: false }).compile(schema)
    validate(body)
    return toApiError(validate.errors).issues?.map(({ path }) => formatPath(path)) ?? []
  }

  test('are in the order of the schema with the option verbose, missing fields included', () => {
    const body = { seed: 'x', messages: [7, { role: 'x' }, { content: 7 }].slice(0, 2), model: 7 }
    expect(listFields(body, true)).toEqual([
      'model',
      'messages[0]',
      'messages[1].role',
      'messages[1].content',
      'seed',
    ])
    expect(listFields({ model: 7 }, true)).toEqual(['model', 'messages'])
  })

  test('are in the order of Ajv without it', () => {
    expect(listFields({ model: 7 }, false)).toEqual(['messages', 'model'])
  })

  test('of the keyword `if` are left out, because those of `else` are listed', () => {
    expect(listFields({ model: 'm', messages: [{ role: 'user' }] }, false)).toEqual(['messages[0].content'])
    expect(listFields({ model: 'm', messages: [7, 7, 7] }, false)).toEqual(['messages'])
  })

  test('have the same order for any order of Ajv’s list', () => {
    const validate = new Ajv({ allErrors: true, verbose: true, strict: false }).compile(schema)
    validate({ messages: [{ role: 'x' }, 7], seed: 'x' })
    const errors = validate.errors ?? []
    const listPaths = (list: unknown): unknown => toApiError(list).issues?.map(({ path }) => path)
    const expected = ['model', 'messages[0].role', 'messages[0].content', 'messages[1]', 'seed'].map(
      parsePath,
    )
    // Root and messages[0] lack a field, so the order of their fields is known.
    fc.assert(
      fc.property(fc.shuffledSubarray(errors, { minLength: errors.length }), (list) => {
        expect(listPaths(list)).toEqual(expected)
      }),
    )
  })
})

describe('errors of http-errors', () => {
  test('have a public message on a 4xx with expose', () => {
    const error = toApiError(createError(404, 'No such pet'))
    expect(error).toMatchObject({ code: 'not_found', status: 404, publicMessage: 'No such pet' })
  })

  test('keep the status and not the message of a 5xx, with and without expose', () => {
    for (const thrown of [createError(503, CANARY), createError(503, CANARY, { expose: true })]) {
      expect(toApiError(thrown)).toMatchObject({ code: 'service_unavailable', status: 503 })
      expect(publicParts(toApiError(thrown))).not.toContain(CANARY)
    }
  })

  test('never have the message of a system error that http-errors wraps', () => {
    const systemError = Object.assign(new Error(`ENOENT: no such file or directory, open '/srv/${CANARY}'`), {
      errno: -2,
      code: 'ENOENT',
      syscall: 'open',
      path: `/srv/${CANARY}`,
    })
    const error = toApiError(createError(404, systemError))
    expect(error).toMatchObject({ code: 'not_found', status: 404 })
    expect(publicParts(error)).not.toContain(CANARY)
  })

  test('are not confused with errors of provider SDKs that have a status', () => {
    const groq = Object.assign(new Error(CANARY), { status: 401, headers: {}, error: undefined })
    const google = Object.assign(new Error(`{"error":"${CANARY}"}`), { name: 'ApiError', status: 403 })
    for (const thrown of [groq, google]) {
      expect(toApiError(thrown)).toMatchObject({ code: 'upstream_error', status: 502 })
      expect(publicParts(toApiError(thrown))).not.toContain(CANARY)
    }
  })

  test('of a validator never repeat the sent value', () => {
    const issue = { kind: 'schema', input: CANARY, received: `"${CANARY}"`, path: [{ key: 'age' }] }
    const message = `Invalid type: Expected number but received "${CANARY}"`
    const error = toApiError({ issues: [{ ...issue, message }] })
    expect(error.issues).toEqual([{ message: 'Invalid type: Expected number', path: ['age'] }])
    expect(publicParts(error)).not.toContain(CANARY)
  })

  test('keep the allowed headers and no others', () => {
    const thrown = createError(429, 'Slow down', {
      headers: {
        'Retry-After': '7',
        'Set-Cookie': CANARY,
        'X-Internal': CANARY,
        'transfer-encoding': 'chunked',
      },
    })
    expect(toApiError(thrown)).toMatchObject({ code: 'rate_limit_exceeded', retryAfter: 7, headers: {} })
    const range = createError(416, { headers: { 'Content-Range': 'bytes */12' } })
    expect(toApiError(range)).toMatchObject({
      status: 416,
      code: 'range_not_satisfiable',
      headers: { 'content-range': 'bytes */12' },
    })
    const invalid = createError(401, 'x', {
      headers: { 'WWW-Authenticate': 'Basic realm="x"\r\nset-cookie: a=b', allow: '<script>' },
    })
    expect(toApiError(invalid).headers).toEqual({})
  })

  test('can have their headers in a Headers object', () => {
    const thrown = createError(503, {
      headers: new Headers({ 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }),
    })
    expect(toApiError(thrown).retryAfter).toEqual(new Date('2015-10-21T07:28:00Z'))
  })
})

describe('a bare status', () => {
  test('creates errors without a stack: that of the cause shows where it was thrown', () => {
    for (const status of [404, 503]) expect(toApiError({ status }).stack).not.toMatch(/\n\s+at /)
  })

  test.each([
    [{ status: 401 }, 'unauthenticated', 401],
    [{ statusCode: 404 }, 'not_found', 404],
    [{ status: 422, statusCode: 422 }, 'validation_failed', 422],
    [{ status: 418 }, 'im_a_teapot', 418],
    [{ status: 499 }, 'http_499', 499],
    [{ status: 599 }, 'http_599', 599],
    [{ status: 404, statusCode: 500 }, 'internal_error', 500],
    [{ status: 200 }, 'internal_error', 500],
    [{ status: 407 }, 'internal_error', 500],
    [{ status: 600 }, 'internal_error', 500],
    [{ status: 404.5 }, 'internal_error', 500],
    [{ status: '404' }, 'internal_error', 500],
    [{ status: Number.NaN }, 'internal_error', 500],
    [{ status: -1 }, 'internal_error', 500],
    [{ status: 'abc', statusCode: 404 }, 'internal_error', 500],
  ])('%j is recognized as %s', (status, code, expected) => {
    for (const thrown of [status, Object.assign(new Error(CANARY), status)]) {
      const error = toApiError(thrown)
      expect(error).toMatchObject({ code, status: expected })
      expect(error.cause).toBe(thrown)
      expect(error.publicMessage).not.toContain(CANARY)
    }
  })
})

describe('errors of @hapi/boom', () => {
  test('have the message that boom would send, and none on a 5xx', () => {
    expect(toApiError(Boom.notFound('No such pet'))).toMatchObject({
      code: 'not_found',
      publicMessage: 'No such pet',
    })
    expect(toApiError(Boom.methodNotAllowed('No', undefined, ['GET', 'HEAD']))).toMatchObject({
      code: 'method_not_allowed',
      headers: { allow: 'GET, HEAD' },
    })
    for (const thrown of [Boom.badImplementation(CANARY), Boom.serverUnavailable(CANARY)]) {
      expect(toApiError(thrown).publicMessage).not.toContain(CANARY)
    }
  })
})

describe('Hono’s HTTPException', () => {
  const exception = (status: unknown, more: object = {}): Error =>
    Object.assign(new Error(CANARY), { status, getResponse: () => {}, ...more })

  test('has a public message on a 4xx and none on a 5xx', () => {
    expect(toApiError(exception(404))).toMatchObject({ code: 'not_found', publicMessage: CANARY })
    expect(publicParts(toApiError(exception(503)))).not.toContain(CANARY)
    expect(toApiError(exception('abc'))).toMatchObject({ code: 'internal_error' })
  })

  test('keeps the challenge of its response and no other header', () => {
    const res = new Response(null, { headers: { 'www-authenticate': 'Bearer', 'x-a': CANARY } })
    expect(toApiError(exception(401, { res })).headers).toEqual({ 'www-authenticate': 'Bearer' })
  })
})

describe('Nest’s HttpException', () => {
  const http = (response: unknown, status: unknown, name = 'HttpException', more: object = {}): object =>
    Object.assign(new Error('x'), {
      name,
      response,
      status,
      getStatus: () => status,
      getResponse: () => response,
      ...more,
    })

  test.each<[unknown, number, string, string]>([
    ['Pick another', 409, 'conflict', 'Pick another'],
    [{ message: 'No such pet', error: 'Not Found', statusCode: 404 }, 404, 'not_found', 'No such pet'],
  ])('has a public message on a 4xx: %j', (response, status, code, message) => {
    expect(toApiError(http(response, status))).toMatchObject({ code, status, publicMessage: message })
  })

  test('with the default message gets the default message of the canonical error', () => {
    const own = toApiError(http({ message: 'Bad Request', statusCode: 400 }, 400, 'BadRequestException'))
    expect(own).toMatchObject({ code: 'invalid_request', status: 400 })
    expect(own.message).toBe(toApiError(Object.assign(new Error('x'), { status: 400 })).message)
  })

  test.each([undefined, 'x', 200, 204, 302, 399, 407, 600, 999, 400.5])(
    'with status %s is an internal error',
    (status) => {
      expect(toApiError(http(CANARY, status))).toMatchObject({ code: 'internal_error', status: 500 })
    },
  )

  test('has no public message on a 5xx, with an Error as its response, or with a response without a message', () => {
    for (const response of [new Error(CANARY), { message: new Error(CANARY) }, { key: CANARY }, null, 10n]) {
      expect(toApiError(http(response, 403))).toMatchObject({ code: 'permission_denied', status: 403 })
      expect(publicParts(toApiError(http(response, 403)))).not.toContain(CANARY)
    }
    expect(publicParts(toApiError(http(CANARY, 503)))).not.toContain(CANARY)
  })

  test('for a path without a route does not contain the path', () => {
    const error = toApiError(http({ message: `Cannot GET /${CANARY}`, statusCode: 404 }, 404))
    expect(error.code).toBe('endpoint_not_found')
    expect(publicParts(error)).not.toContain(CANARY)
  })

  test('for a malformed body does not contain the body', () => {
    for (const message of [
      `Unexpected token 's', "{"a": ${CANARY}" is not valid JSON`,
      `Unexpected token s in JSON at position 6`,
      'Unexpected end of JSON input',
    ]) {
      const error = toApiError(http({ message, error: 'Bad Request', statusCode: 400 }, 400))
      expect(error.code).toBe('malformed_body')
      expect(publicParts(error)).not.toContain(CANARY)
    }
    const cause = Object.assign(new SyntaxError(CANARY), { type: 'entity.parse.failed', status: 400 })
    expect(toApiError(http({ message: CANARY }, 400, 'HttpException', { cause }))).toMatchObject({
      code: 'malformed_body',
    })
  })

  test('with the default message of its class gets a message without the class name', () => {
    const limit = { message: 'ThrottlerException: Too Many Requests' }
    expect(toApiError(http(limit, 429, 'ThrottlerException')).message).not.toContain('Exception')
    const timeout = { message: 'Request Timeout' }
    expect(toApiError(http(timeout, 408, 'RequestTimeoutException'))).toMatchObject({
      code: 'request_timeout',
      message: 'The request took too long',
    })
  })

  test('for an upload is recognized by its cause, a MulterError', () => {
    const cause = Object.assign(new Error('File too large'), { name: 'MulterError', code: 'LIMIT_FILE_SIZE' })
    const thrown = http({ message: 'File too large' }, 413, 'PayloadTooLargeException', { cause })
    expect(toApiError(thrown)).toMatchObject({ code: 'file_too_large' })
  })

  test('with a list of messages has issues with the fields that the messages begin with', () => {
    const message = ['email must be an email', 'messages.1.role must be a string', 'Be nice', 7]
    const error = toApiError(http({ message, error: 'Bad Request', statusCode: 400 }, 400))
    expect(error).toBeInstanceOf(ValidationFailed)
    expect(error.issues).toEqual([
      { message: 'email must be an email', path: ['email'] },
      { message: 'messages.1.role must be a string', path: ['messages', 1, 'role'] },
      { message: 'Be nice', path: undefined },
    ])
    const grouped = toApiError(http({ message: { 'a.0.b': ['is odd'], c: 7 } }, 422))
    expect(grouped.issues).toEqual([{ message: 'is odd', path: ['a', 0, 'b'] }])
    expect(toApiError(http({ message: ['Taken', 'Late'] }, 409))).toMatchObject({ message: 'Taken; Late' })
    expect(toApiError(http({ message: ['Taken'] }, 409))).toMatchObject({
      status: 409,
      publicMessage: 'Taken',
    })
    expect(toApiError(http({ message: Array(500).fill('x') }, 400)).issues).toHaveLength(50)
  })
})

describe('errors of body-parser', () => {
  test.each([
    ['entity.parse.failed', 400, 'malformed_body'],
    ['entity.too.large', 413, 'payload_too_large'],
    ['parameters.too.many', 413, 'payload_too_large'],
    ['querystring.parse.rangeError', 400, 'invalid_request'],
    ['entity.verify.failed', 403, 'permission_denied'],
    ['encoding.unsupported', 415, 'unsupported_media_type'],
    ['charset.unsupported', 415, 'unsupported_media_type'],
    ['request.aborted', 400, 'malformed_body'],
    ['request.size.invalid', 400, 'malformed_body'],
    ['stream.encoding.set', 500, 'internal_error'],
    ['stream.not.readable', 500, 'internal_error'],
  ])('%s has status %s and code %s, and does not contain the quoted body', (type, status, code) => {
    const error = toApiError(
      createError(status, `Unexpected token in ${CANARY}`, { type, body: CANARY, expose: true }),
    )
    expect(error).toMatchObject({ status, code })
    expect(publicParts(error)).not.toContain(CANARY)
  })

  test('include the SyntaxError of co-body, a malformed body', () => {
    const thrown = Object.assign(new SyntaxError(`Unexpected token in ${CANARY}`), {
      status: 400,
      body: CANARY,
    })
    expect(toApiError(thrown)).toMatchObject({ code: 'malformed_body' })
    expect(publicParts(toApiError(thrown))).not.toContain(CANARY)
    expect(toApiError(new SyntaxError('mine'))).toMatchObject({ code: 'internal_error' })
  })

  test('keep the limit of the body size', () => {
    expect(toApiError(createError(413, { type: 'entity.too.large', limit: 10 }))).toMatchObject({ limit: 10 })
  })

  test.each(['Z_DATA_ERROR', 'Z_BUF_ERROR', 'ERR__ERROR_FORMAT_PADDING_1'])(
    '%s is a malformed body',
    (code) => {
      expect(toApiError(createError(400, CANARY, { code, errno: -3 }))).toMatchObject({
        code: 'malformed_body',
      })
    },
  )
})

describe('Fastify’s errors', () => {
  const fst = (code: string, statusCode: number, more: object = {}): Error =>
    Object.assign(new Error(CANARY), { name: 'FastifyError', code, statusCode, ...more })

  test.each([
    ['FST_ERR_CTP_INVALID_JSON_BODY', 400, 'malformed_body'],
    ['FST_ERR_CTP_EMPTY_JSON_BODY', 400, 'malformed_body'],
    ['FST_ERR_CTP_BODY_TOO_LARGE', 413, 'payload_too_large'],
    ['FST_ERR_CTP_INVALID_MEDIA_TYPE', 415, 'unsupported_media_type'],
    ['FST_ERR_MAX_PARAM_LENGTH', 414, 'uri_too_long'],
    ['FST_ERR_BAD_URL', 400, 'invalid_request'],
    ['FST_ERR_HANDLER_TIMEOUT', 503, 'service_unavailable'],
    ['FST_REQ_FILE_TOO_LARGE', 413, 'file_too_large'],
    ['FST_INVALID_MULTIPART_CONTENT_TYPE', 406, 'unsupported_media_type'],
    ['FST_ERR_CTP_INSTANCE_ALREADY_STARTED', 400, 'internal_error'],
    ['FST_ERR_REP_INVALID_PAYLOAD_TYPE', 500, 'internal_error'],
  ])('%s (%i) is recognized as %s, without its message', (code, status, expected) => {
    expect(toApiError(fst(code, status))).toMatchObject({ code: expected })
    expect(publicParts(toApiError(fst(code, status)))).not.toContain(CANARY)
  })

  test('of the validation keep each path as keys', () => {
    const validation = [
      { instancePath: '/a~1b/0/c', keyword: 'type', params: {}, message: 'must be string' },
      { instancePath: '', keyword: 'required', params: { missingProperty: 'model' }, message: 'is missing' },
    ]
    expect(toApiError(fst('FST_ERR_VALIDATION', 400, { validation })).issues).toEqual([
      { message: 'must be string', path: ['a/b', 0, 'c'], code: 'type' },
      { message: 'is missing', path: ['model'], code: 'required' },
    ])
  })
})

describe('errors of upload parsers', () => {
  const multer = (code: string, field?: string) =>
    Object.assign(new Error(code), { name: 'MulterError', code, field })

  test.each([
    ['LIMIT_FILE_SIZE', 413, 'file_too_large'],
    ['LIMIT_UNEXPECTED_FILE', 400, 'invalid_request'],
    ['LIMIT_FIELD_COUNT', 400, 'invalid_request'],
    ['MISSING_FIELD_NAME', 400, 'invalid_request'],
    ['STREAM_DESTROYED', 500, 'internal_error'],
  ])('multer’s %s has status %i and code %s', (code, status, expected) => {
    expect(toApiError(multer(code, 'avatar'))).toMatchObject({ status, code: expected })
  })

  test('have an issue for the field of a MulterError', () => {
    expect(toApiError(multer('LIMIT_UNEXPECTED_FILE', 'avatar')).issues).toEqual([
      { message: 'The upload has a file where none is expected', path: ['avatar'] },
    ])
  })

  test.each([
    'Multipart: Boundary not found',
    'Unexpected end of form',
    'Malformed part header',
    'Request aborted',
  ])('busboy’s "%s" is a malformed body', (message) => {
    expect(toApiError(new Error(message))).toMatchObject({ status: 400, code: 'malformed_body' })
  })

  test('do not echo the unsupported content type', () => {
    const error = toApiError(new Error(`Unsupported content type: ${CANARY}`))
    expect(error).toMatchObject({ code: 'unsupported_media_type' })
    expect(publicParts(error)).not.toContain(CANARY)
  })
})

describe('errors of validators', () => {
  test('include ZodError, with its issues', () => {
    const schema = z.object({ messages: z.array(z.object({ role: z.enum(['user']) })), seed: z.int() })
    const { error } = schema.safeParse({ messages: [{ role: CANARY }], seed: 'x' })
    const recognized = toApiError(error)
    expect(recognized).toBeInstanceOf(ValidationFailed)
    expect(recognized.issues?.map(({ path, code }) => [path, code])).toEqual([
      [['messages', 0, 'role'], 'invalid_value'],
      [['seed'], 'invalid_type'],
    ])
    expect(publicParts(recognized)).not.toContain(CANARY)
  })

  test('include any list of Standard Schema issues, thrown as a result or on an error', () => {
    const issues = [
      { message: 'Too short', path: [{ key: 'name' }, 'first', Symbol('s')] },
      { message: 'Wrong' },
    ]
    for (const thrown of [{ issues }, Object.assign(new Error('SchemaError'), { issues })]) {
      expect(toApiError(thrown).issues).toEqual([
        { message: 'Too short', path: ['name', 'first', 'Symbol(s)'] },
        { message: 'Wrong' },
      ])
    }
  })

  test('include class-validator’s list, with the path of each error and without values', () => {
    const leaf = {
      property: 'role',
      value: CANARY,
      constraints: { isIn: 'role is odd', isString: 'role is none' },
    }
    const list = [
      {
        property: 'email',
        value: CANARY,
        target: {},
        constraints: { isEmail: 'email is none' },
        children: [],
      },
      { property: 'messages', children: [{ property: '1', children: [leaf] }] },
    ]
    const error = toApiError(list)
    expect(error).toBeInstanceOf(ValidationFailed)
    expect(error.issues).toEqual([
      { message: 'email is none', path: ['email'], code: 'isEmail' },
      { message: 'role is odd', path: ['messages', 1, 'role'], code: 'isIn' },
      { message: 'role is none', path: ['messages', 1, 'role'], code: 'isString' },
    ])
    expect(publicParts(error)).not.toContain(CANARY)
    const endless: { property: string; children: unknown[] } = { property: 'x', children: [] }
    endless.children.push(endless)
    expect(toApiError([endless]).issues ?? []).toEqual([])
    for (const other of [[], [null], [{ property: 'x' }], [{ constraints: {} }]])
      expect(toApiError(other)).toMatchObject({ code: 'internal_error' })
  })

  test('are limited in the number and length of issues', () => {
    const thrown = {
      issues: Array.from({ length: 10_000 }, () => ({
        message: 'x'.repeat(5000),
        path: Array(1000).fill('a'),
      })),
    }
    const { issues } = toApiError(thrown)
    expect(issues).toHaveLength(50)
    expect(JSON.stringify(issues).length).toBeLessThan(70_000)
  })

  test('are not recognized by a property `issues` without issues', () => {
    for (const issues of [[], ['x'], [{}], 'x', { length: 2 }]) {
      expect(toApiError({ issues })).toMatchObject({ code: 'internal_error' })
    }
  })
})

describe('an error of an HTTP client', () => {
  test.each([
    [
      'axios',
      { isAxiosError: true, status: 401, response: {}, config: { headers: { Authorization: CANARY } } },
    ],
    ['undici', { code: 'UND_ERR_RESPONSE', statusCode: 404, headers: { 'set-cookie': CANARY } }],
    ['got', { code: 'ERR_NON_2XX_3XX_RESPONSE', response: { statusCode: 429 }, options: {} }],
    ['ky', { name: 'HTTPError', request: {}, response: { status: 401 } }],
    ['openai', { status: 401, headers: new Headers(), requestID: 'req_1', error: { message: CANARY } }],
    ['AI SDK', { [Symbol.for('vercel.ai.error')]: true, statusCode: 401, responseBody: CANARY }],
    ['mistral', { statusCode: 401, rawResponse: {}, body: CANARY }],
    ['AWS', { $metadata: { httpStatusCode: 403 }, $fault: 'client', statusCode: 403 }],
    ['Stripe', { type: 'StripeAuthenticationError', statusCode: 401, raw: {}, headers: {} }],
    ['gRPC', { code: 16, details: CANARY, metadata: {} }],
  ])('of %s is an upstream_error, regardless of its status', (_, properties) => {
    const error = toApiError(Object.assign(new Error(CANARY), properties))
    expect(error).toMatchObject({ code: 'upstream_error', status: 502 })
    expect(publicParts(error)).not.toContain(CANARY)
  })

  test('of fetch is an upstream_error', async () => {
    const thrown: unknown = await fetch('http://127.0.0.1:1/').catch((error: unknown) => error)
    expect(toApiError(thrown)).toMatchObject({ code: 'upstream_error' })
  })

  test('of an expired AbortSignal.timeout is a gateway_timeout', async () => {
    const signal = AbortSignal.timeout(0)
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    expect(toApiError(signal.reason)).toMatchObject({ code: 'gateway_timeout', status: 504 })
  })
})

describe('any other value', () => {
  const circular = new Error(CANARY) as Error & { self?: unknown }
  circular.self = circular
  circular.cause = circular
  const getters = {
    get status(): number {
      throw new Error(CANARY)
    },
    get message(): string {
      throw new Error(CANARY)
    },
  }
  const { proxy: revoked, revoke } = Proxy.revocable({}, {})
  revoke()
  const hostile = new Proxy(new Error(CANARY), {
    get() {
      throw new Error(CANARY)
    },
    has() {
      throw new Error(CANARY)
    },
  })

  test.each([
    ['an Error', new Error(CANARY)],
    ['a string', CANARY],
    ['null', null],
    ['undefined', undefined],
    ['a number', 404],
    ['a bigint', 10n],
    ['a symbol', Symbol(CANARY)],
    ['a function', () => CANARY],
    ['an object', { message: CANARY }],
    ['a frozen error', Object.freeze(new Error(CANARY))],
    ['a null prototype', Object.create(null)],
    ['an AggregateError', new AggregateError([new Error(CANARY)], CANARY)],
    ['a circular error', circular],
    ['throwing getters', getters],
    ['a revoked proxy', revoked],
    ['a hostile proxy', hostile],
    ['a promise', Promise.resolve(CANARY)],
    ['ECONNREFUSED', Object.assign(new Error(CANARY), { code: 'ECONNREFUSED' })],
    ['an AbortError', new DOMException(CANARY, 'AbortError')],
  ])('%s is an internal error with the generic message', (_, thrown) => {
    const error = toApiError(thrown)
    expect(error).toMatchObject({ code: 'internal_error', status: 500 })
    expect(error.publicMessage).toBe('Internal server error')
    expect(error.toJSON()).not.toHaveProperty('cause')
  })
})

describe('Nest’s guard errors outside HTTP contexts', () => {
  test('are permission_denied; other errors of their classes are internal errors', () => {
    const exception = (error: unknown): object =>
      Object.assign(new Error(CANARY), { error, getError: () => error })
    expect(toApiError(exception('Forbidden resource'))).toMatchObject({
      code: 'permission_denied',
      message: 'Forbidden resource',
    })
    expect(toApiError(exception(CANARY))).toMatchObject({ code: 'internal_error' })
    expect(toApiError(Object.assign(new Error(CANARY), { error: 'Forbidden resource' }))).toMatchObject({
      code: 'internal_error',
    })
  })
})

test('issues are recognized without reading the message, which Zod formats from all of them', () => {
  const thrown = {
    issues: [{ message: 'must be text', path: ['model'] }],
    get message(): string {
      throw new Error('The message was read')
    },
  }
  expect(toApiError(thrown)).toMatchObject({ code: 'validation_failed', issues: [{ path: ['model'] }] })
})

test('an issue with a member that throws is recognized by its other members', () => {
  const issue = {
    message: 'must be text',
    path: ['model'],
    code: 'invalid_type',
    get received(): string {
      throw new Error('received')
    },
  }
  expect(toApiError({ issues: [issue, null, 'text'] })).toMatchObject({
    code: 'validation_failed',
    issues: [{ message: 'must be text', path: ['model'], code: 'invalid_type' }],
  })
})

test('a stack overflow is the caller’s error only in class-transformer and class-validator', () => {
  const overflow = new RangeError('Maximum call stack size exceeded')
  expect(toApiError(overflow)).toMatchObject({ code: 'internal_error' })
  overflow.stack = `${String(overflow)}\n    at TransformOperationExecutor.transform (executor.js:1:2)`
  expect(toApiError(overflow)).toMatchObject({
    code: 'invalid_request',
    message: 'The request body is nested too deeply',
  })
})

describe('recognition by the request', () => {
  const createRequest = (url: string, headers: Record<string, string> = {}): ApiRequest => ({
    method: 'POST',
    url,
    header: (name) => headers[name],
    raw: undefined,
  })
  const corrupt = (): object => Object.assign(new Error(CANARY), { code: 'Z_DATA_ERROR' })
  const invalid = (input: string): object =>
    Object.assign(new TypeError('Invalid URL'), { code: 'ERR_INVALID_URL', input })

  test('keeps the thrown value as the cause', () => {
    const invalidZod = z.object({ seed: z.int() }).safeParse({ seed: 'x' }).error
    for (const thrown of [invalidZod, { issues: [{ message: 'Wrong' }] }, Boom.notFound()])
      expect(toApiError(thrown, createRequest('/')).cause).toBe(thrown)
  })

  test('treats a decompression error as a malformed body if the request body was compressed', () => {
    const packed = toApiError(corrupt(), createRequest('/', { 'content-encoding': 'gzip' }))
    expect(packed).toMatchObject({ code: 'malformed_body' })
    expect(publicParts(packed)).not.toContain(CANARY)
    expect(toApiError(corrupt(), createRequest('/'))).toMatchObject({ code: 'internal_error' })
    expect(toApiError(corrupt())).toMatchObject({ code: 'internal_error' })
  })

  test.each(['Z_BUF_ERROR', 'ERR__ERROR_FORMAT_PADDING_1', 'ZSTD_error_prefix_unknown'])(
    'treats a decompression error with status 400 as a malformed body: %s',
    (code) => {
      const thrown = Object.assign(new Error(CANARY), { code, status: 400, statusCode: 400, expose: true })
      expect(toApiError(thrown)).toMatchObject({
        code: 'malformed_body',
        message: 'The request body could not be decompressed',
      })
    },
  )

  test('recognizes a request target that url.parse rejects, and no other', () => {
    const target = 'http://[::1/nope'
    const catchParseError = (): object => {
      try {
        return parse(target)
      } catch (error) {
        return error as object
      }
    }
    expect(toApiError(catchParseError(), createRequest(target))).toMatchObject({ code: 'invalid_request' })
    expect(toApiError(catchParseError(), createRequest('/'))).toMatchObject({ code: 'internal_error' })
  })

  test('recognizes an invalid URL that is the request target, and no other invalid URL', () => {
    expect(toApiError(invalid('http://['), createRequest('http://['))).toMatchObject({
      code: 'invalid_request',
    })
    expect(toApiError(invalid('http://['), createRequest('/'))).toMatchObject({ code: 'internal_error' })
  })

  test('recognizes the errors of node-server for a request target', () => {
    const thrown = Object.assign(new Error('Invalid host header'), { name: 'RequestError' })
    expect(toApiError(thrown, createRequest('/'))).toMatchObject({
      code: 'invalid_request',
      message: 'The request URL is not valid',
    })
    expect(toApiError(Object.assign(new Error(CANARY), { name: 'RequestError' }))).toMatchObject({
      code: 'internal_error',
    })
  })

  test('is not required for parse errors of Hono’s validator', () => {
    const malformed = (message: string): object =>
      Object.assign(new Error(message), { status: 400, getResponse: () => new Response(message) })
    expect(toApiError(malformed('Malformed JSON in request body'))).toMatchObject({ code: 'malformed_body' })
    expect(toApiError(malformed(`Malformed FormData request. ${CANARY}`))).toMatchObject({
      code: 'malformed_body',
      message: 'The request body is not a valid upload',
    })
  })

  test('is not required for an unsupported encoding in co-body', () => {
    const thrown = Object.assign(new Error(`Unsupported Content-Encoding: ${CANARY}`), { status: 415 })
    expect(toApiError(thrown)).toMatchObject({
      code: 'unsupported_media_type',
      message: 'The content encoding of the request body is not supported',
    })
  })
})

test('a plain error is recognized as the same error with a further property', () => {
  const message = fc.oneof(
    fc.string(),
    fc.constantFrom(
      'Unexpected end of form',
      'Multipart: Boundary not found',
      'Unsupported content type: text/plain',
      'Maximum call stack size exceeded',
      'fetch failed',
      'Malformed URI sequence',
      'Unsupported Content-Encoding: br',
    ),
  )
  const errorClasses = fc.constantFrom(
    Error,
    TypeError,
    ReferenceError,
    SyntaxError,
    RangeError,
    URIError,
    EvalError,
  )
  fc.assert(
    fc.property(errorClasses, message, fc.boolean(), (ErrorClass, text, hasCause) => {
      const thrown = new ErrorClass(text, hasCause ? { cause: new Error(text) } : undefined)
      const error = toApiError(thrown)
      Object.assign(thrown, { extra: true })
      expect(publicParts(toApiError(thrown))).toBe(publicParts(error))
    }),
  )
})

test('a Proxy of a plain error is recognized by the properties that it does not list', () => {
  const thrown = new Proxy(new Error('No such model'), {
    get: (target, key) => (key === 'status' ? 404 : Reflect.get(target, key)),
  })
  expect(toApiError(thrown)).toMatchObject({ code: 'not_found' })
})

test('an ApiError is returned unchanged', () => {
  const error = new InvalidApiKey()
  expect(toApiError(error)).toBe(error)
})
