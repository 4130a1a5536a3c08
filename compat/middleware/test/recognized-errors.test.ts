import { Type as OldType } from '@sinclair/typebox'
import { Value as OldValue } from '@sinclair/typebox/value'
import boom from '@hapi/boom'
import { readFileSync } from 'node:fs'
import { createResponder, envelopes, isApiError, toApiError } from '@faultline/core'
import { CANARY } from '@faultline/test-kit'
import Ajv from 'ajv'
import { type as arktype } from 'arktype'
import { Joi, Segments } from 'celebrate'
import { celebrator } from 'celebrate'
import { IsInt, IsString, validateOrReject } from 'class-validator'
import { body, validationResult } from 'express-validator'
import { Schema as Effect4 } from 'effect'
import { Schema as Effect3 } from 'effect3'
import { jwtVerify } from 'jose'
import jsonwebtoken from 'jsonwebtoken'
import { OpenAPIBackend, type Context, type Document } from 'openapi-backend'
import { ZodValidationException } from 'nestjs-zod'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import restify from 'restify-errors'
import * as superstruct from 'superstruct'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import * as yup from 'yup'
import { z } from 'zod'
import { z as z3 } from 'zod/v3'
import { fromError } from 'zod-validation-error'
import { catchThrown } from './catch-thrown.ts'

/** An invalid body: the name is missing, and the value of the model contains a secret. */
const input = { model: CANARY, nested: { size: CANARY } }

const openApiDocument: Document = {
  openapi: '3.1.0',
  info: { title: 'Models', version: '1' },
  paths: {
    '/models': {
      post: {
        operationId: 'createModel',
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                type: 'object',
                required: ['name'],
                properties: { nested: { type: 'object', properties: { size: { type: 'number' } } } },
              },
            },
          },
        },
        responses: { 200: { description: 'The model' } },
      },
    },
  },
}

interface Row {
  readonly library: string
  /** Calls the library, which throws or rejects. */
  readonly fail: () => unknown
  readonly code: string
  readonly fields?: readonly string[]
}

const zodSchema = z.object({ model: z.number(), name: z.string() })

const rows: readonly Row[] = [
  {
    library: 'Joi',
    fail: () =>
      Joi.assert(
        input,
        Joi.object({ model: Joi.string().pattern(/^a$/), nested: Joi.any(), name: Joi.any() }),
      ),
    code: 'validation_failed',
    fields: ['model'],
  },
  {
    library: 'celebrate',
    fail: () =>
      new Promise((_resolve, reject) => {
        const validate = celebrator(
          {},
          { abortEarly: false },
          {
            [Segments.BODY]: Joi.object({
              name: Joi.string().required(),
              model: Joi.number(),
              nested: Joi.any(),
            }),
          },
        )
        validate({ method: 'POST', body: input } as never, {} as never, reject)
      }),
    code: 'validation_failed',
    fields: ['name', 'model'],
  },
  {
    library: 'Yup',
    fail: () =>
      yup
        .object({ name: yup.string().required(), nested: yup.object({ size: yup.number() }) })
        .validateSync(input, { abortEarly: false }),
    code: 'validation_failed',
    fields: ['name', 'nested.size'],
  },
  {
    library: 'express-validator',
    fail: async () => {
      const request = { body: input }
      await body('nested.size').isInt().run(request)
      validationResult(request).throw()
    },
    code: 'validation_failed',
    fields: ['nested.size'],
  },
  {
    library: 'Zod',
    fail: () => zodSchema.parse(input),
    code: 'validation_failed',
    fields: ['model', 'name'],
  },
  {
    library: 'zod-validation-error',
    fail: () => {
      throw fromError(zodSchema.safeParse(input).error)
    },
    code: 'validation_failed',
    fields: ['model', 'name'],
  },
  {
    library: 'nestjs-zod',
    fail: () => {
      throw new ZodValidationException(zodSchema.safeParse(input).error)
    },
    code: 'validation_failed',
    fields: ['model', 'name'],
  },
  {
    library: 'Valibot',
    fail: () => v.parse(v.object({ model: v.number(), nested: v.object({ size: v.number() }) }), input),
    code: 'validation_failed',
    fields: ['model', 'nested.size'],
  },
  {
    library: 'ArkType',
    fail: () => arktype({ model: 'string', name: 'string' }).assert(input),
    code: 'missing_required_field',
    fields: ['name'],
  },
  {
    library: 'Superstruct',
    fail: () =>
      superstruct.assert(
        input,
        superstruct.type({ nested: superstruct.type({ size: superstruct.number() }) }),
      ),
    code: 'validation_failed',
    fields: ['nested.size'],
  },
  {
    library: 'Ajv',
    fail: () => new Ajv.Ajv().compile({ $async: true, type: 'object', required: ['name'] })(input),
    code: 'missing_required_field',
    fields: ['name'],
  },
  {
    library: 'Ajv, its list of errors',
    fail: () => {
      const validate = new Ajv.Ajv({ allErrors: true }).compile({
        type: 'object',
        required: ['name'],
        properties: { nested: { type: 'object', properties: { size: { type: 'number' } } } },
      })
      validate(input)
      throw validate.errors as unknown as Error
    },
    code: 'validation_failed',
    fields: ['name', 'nested.size'],
  },
  {
    library: 'openapi-backend',
    fail: async () => {
      const api = new OpenAPIBackend({
        quick: true,
        definition: openApiDocument,
        handlers: {
          validationFail: ({ validation }: Context) => {
            throw validation as unknown as Error
          },
        },
      })
      await api.init()
      const headers = { 'content-type': 'application/json' }
      await api.handleRequest({ method: 'POST', path: '/models', headers, body: input })
    },
    code: 'missing_required_field',
    fields: ['name'],
  },
  {
    library: 'TypeBox',
    fail: () =>
      Value.Assert(Type.Object({ name: Type.String(), nested: Type.Object({ size: Type.Number() }) }), input),
    code: 'validation_failed',
    fields: ['name', 'nested.size'],
  },
  {
    library: 'TypeBox 0.34',
    fail: () =>
      OldValue.Assert(
        OldType.Object({ name: OldType.String(), nested: OldType.Object({ size: OldType.Number() }) }),
        input,
      ),
    code: 'validation_failed',
    fields: ['name', 'nested.size'],
  },
  {
    library: 'TypeBox 0.34, decoded',
    fail: () => OldValue.Decode(OldType.Object({ model: OldType.Number() }), input),
    code: 'validation_failed',
    fields: ['model'],
  },
  {
    library: 'Effect Schema 4',
    fail: () =>
      Effect4.decodeUnknownSync(
        Effect4.Struct({
          name: Effect4.String,
          model: Effect4.String.check(Effect4.isMaxLength(1)),
          nested: Effect4.Struct({ size: Effect4.NumberFromString.check(Effect4.isInt()) }),
        }),
        { errors: 'all' },
      )(input),
    code: 'validation_failed',
    fields: ['name', 'model', 'nested.size'],
  },
  {
    library: 'Effect Schema 3',
    fail: () =>
      Effect3.decodeUnknownSync(
        Effect3.Struct({
          name: Effect3.String,
          model: Effect3.String.pipe(Effect3.maxLength(1)),
          nested: Effect3.Struct({ size: Effect3.NumberFromString }),
        }),
        { errors: 'all' },
      )(input),
    code: 'validation_failed',
    fields: ['name', 'model', 'nested.size'],
  },
  {
    library: 'restify-errors',
    fail: () => {
      throw new restify.NotFoundError('No such pet')
    },
    code: 'not_found',
  },
  {
    library: '@hapi/boom',
    fail: () => {
      throw boom.conflict('The pet exists')
    },
    code: 'conflict',
  },
  {
    library: 'jsonwebtoken, malformed',
    fail: () => jsonwebtoken.verify(CANARY, 'key'),
    code: 'unauthenticated',
  },
  {
    library: 'jsonwebtoken, expired',
    fail: () => jsonwebtoken.verify(jsonwebtoken.sign({ exp: 1 }, 'key'), 'key'),
    code: 'unauthenticated',
  },
  {
    library: 'jose, malformed',
    fail: () => jwtVerify(CANARY, new TextEncoder().encode('key')),
    code: 'unauthenticated',
  },
  {
    library: 'jose, expired',
    fail: () =>
      jwtVerify(jsonwebtoken.sign({ exp: 1 }, 'k'.repeat(32)), new TextEncoder().encode('k'.repeat(32))),
    code: 'unauthenticated',
  },
  {
    library: 'rate-limiter-flexible',
    fail: async () => {
      const limiter = new RateLimiterMemory({ points: 1, duration: 60 })
      await limiter.consume('key')
      await limiter.consume('key')
    },
    code: 'rate_limit_exceeded',
  },
]

/** Validators that state whether a field is missing. Each validates an object without its two required fields. */
const missingFields: readonly { readonly library: string; readonly fail: () => unknown }[] = [
  { library: 'Zod', fail: () => z.object({ a: z.string(), b: z.object({}) }).parse({}) },
  { library: 'Zod 3', fail: () => z3.object({ a: z3.string(), b: z3.number() }).parse({}) },
  { library: 'Valibot', fail: () => v.parse(v.object({ a: v.string(), b: v.number() }), {}) },
  { library: 'ArkType', fail: () => arktype({ a: 'string', b: 'number' }).assert({}) },
  {
    library: 'Joi',
    fail: () =>
      Joi.assert({}, Joi.object({ a: Joi.string().required(), b: Joi.number().required() }), {
        abortEarly: false,
      }),
  },
  {
    library: 'Yup',
    fail: () =>
      yup
        .object({ a: yup.string().required(), b: yup.number().defined() })
        .validateSync({}, { abortEarly: false }),
  },
  {
    library: 'Ajv',
    fail: () =>
      new Ajv.Ajv({ allErrors: true }).compile({ $async: true, type: 'object', required: ['a', 'b'] })({}),
  },
  {
    library: 'express-validator',
    fail: async () => {
      const request = { body: {} }
      await body(['a', 'b']).exists().run(request)
      validationResult(request).throw()
    },
  },
  {
    library: 'class-validator',
    fail: () => validateOrReject(new Both()),
  },
  { library: 'TypeBox', fail: () => Value.Parse(Type.Object({ a: Type.String(), b: Type.Number() }), {}) },
  {
    library: 'TypeBox 0.34',
    fail: () => OldValue.Assert(OldType.Object({ a: OldType.String(), b: OldType.Number() }), {}),
  },
  {
    library: 'Effect Schema 4',
    fail: () =>
      Effect4.decodeUnknownSync(Effect4.Struct({ a: Effect4.String, b: Effect4.Number }), { errors: 'all' })(
        {},
      ),
  },
  {
    library: 'Effect Schema 3',
    fail: () =>
      Effect3.decodeUnknownSync(Effect3.Struct({ a: Effect3.String, b: Effect3.Number }), { errors: 'all' })(
        {},
      ),
  },
]

class Both {
  @IsString()
  a!: string

  @IsInt()
  b!: number
}

describe('an error of', () => {
  test.each(rows)('$library is $code', async ({ fail, code, fields }) => {
    const thrown = await catchThrown(fail)
    expect(isApiError(thrown)).toBe(false)
    const error = toApiError(thrown)
    expect(error.code).toBe(code)
    if (fields !== undefined)
      expect(error.issues?.map(({ path = [] }) => path.map(String).join('.'))).toEqual(fields)
    const responder = createResponder({ envelope: 'ai-api', onError() {} })
    const request = { method: 'POST', url: '/', header: () => undefined, raw: undefined }
    const sent = responder.respond(thrown, request)
    expect(JSON.stringify([sent.status, sent.headers, sent.body])).not.toContain(CANARY)
  })
})

describe('a body that lacks only required fields is missing_required_field, with every field', () => {
  test.each(missingFields)('$library', async ({ fail }) => {
    const error = toApiError(await catchThrown(fail))
    expect(error).toMatchObject({ code: 'missing_required_field', field: 'a' })
    expect(error.issues?.map(({ path = [] }) => path.map(String).join('.'))).toEqual(['a', 'b'])
    // Compresr: 400 if a required field is missing entirely, 422 if a field fails validation.
    expect(envelopes.compresr.render(error)).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid_request' } },
    })
  })

  test('Superstruct reports the first field only', async () => {
    const shape = superstruct.type({ a: superstruct.string(), b: superstruct.number() })
    const error = toApiError(await catchThrown(() => superstruct.assert({}, shape)))
    expect(error).toMatchObject({ code: 'missing_required_field', field: 'a' })
  })

  test('a body that is missing as a whole is validation_failed', async () => {
    const error = toApiError(await catchThrown(() => z.object({ a: z.string() }).parse(undefined)))
    expect(error.code).toBe('validation_failed')
  })

  test('an empty text is not a missing field', async () => {
    const schema = yup.object({ a: yup.string().required() })
    const error = toApiError(await catchThrown(() => schema.validateSync({ a: '' })))
    expect(error.code).toBe('validation_failed')
  })
})

test('docs/recognized-errors.md lists these libraries', () => {
  const kinds = [...new Set(rows.map(({ library, code }) => `| ${library} | \`${code}\` |`))]
  const page = readFileSync(new URL('../../../docs/recognized-errors.md', import.meta.url), 'utf8')
  const compact = page.replaceAll(/ +\|/g, ' |')
  for (const row of kinds) expect(compact).toContain(row)
})
