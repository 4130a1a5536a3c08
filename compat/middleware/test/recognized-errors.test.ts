import { createResponder, isApiError, toApiError } from '@faultline/core'
import { CANARY } from '@faultline/test-kit'
import Ajv from 'ajv'
import { type as arktype } from 'arktype'
import { Joi, Segments } from 'celebrate'
import { celebrator } from 'celebrate'
import { body, validationResult } from 'express-validator'
import { jwtVerify } from 'jose'
import jsonwebtoken from 'jsonwebtoken'
import { ZodValidationException } from 'nestjs-zod'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import * as superstruct from 'superstruct'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import * as yup from 'yup'
import { z } from 'zod'
import { fromError } from 'zod-validation-error'

/** An invalid body: the name is missing, and the value of the model contains a secret. */
const input = { model: CANARY, nested: { size: CANARY } }

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
    code: 'validation_failed',
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
    code: 'validation_failed',
    fields: ['name'],
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

async function catchThrown(fail: () => unknown): Promise<unknown> {
  try {
    await fail()
  } catch (thrown) {
    return thrown
  }
  throw new Error('The library did not fail')
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
    expect(JSON.stringify(responder.respond(thrown, request))).not.toContain(CANARY)
  })
})
