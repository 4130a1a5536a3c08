import 'reflect-metadata'
import { Controller, Get, Module, Post, type INestApplication, type ModuleMetadata } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import {
  ApiExtension,
  ApiNotFoundResponse,
  ApiProperty,
  ApiResponse,
  ApiTooManyRequestsResponse,
  DocumentBuilder,
  SwaggerModule,
  type OpenAPIObject,
} from '@nestjs/swagger'
import { Validator } from '@seriousme/openapi-schema-validator'
import { afterEach, describe, expect, test } from 'vitest'
import {
  InternalError,
  InvalidApiKey,
  ModelNotFound,
  QuotaExceeded,
  RateLimitExceeded,
  type EnvelopeId,
} from '@faultline/core'
import { errorResponses, ERROR_SCHEMA_REF, type ResponsesOptions } from '../src/index.ts'
import { ApiErrors, addErrorResponses } from '../src/nestjs.ts'

class OutOfCredits extends QuotaExceeded {
  static override code = 'out_of_credits'
  static override status = 402
}

const remaining = { description: 'Remaining requests', schema: { type: 'integer' } } as const

class Problem {
  @ApiProperty({ type: String })
  text!: string
}

@ApiErrors(InternalError)
class BaseController {
  @Get('inherited')
  inherited() {}
}

@Controller('models')
@ApiErrors(RateLimitExceeded, InvalidApiKey)
class ModelsController extends BaseController {
  @Get()
  list() {}

  @Get('one')
  @ApiErrors(ModelNotFound, 'rate_limit_exceeded')
  @ApiErrors(OutOfCredits)
  @ApiExtension('x-cost', 1)
  find() {}
}

@Controller('plain')
class PlainController extends BaseController {
  @Get()
  @ApiTooManyRequestsResponse({ description: 'Slow down.', headers: { 'x-remaining': remaining } })
  @ApiNotFoundResponse({ description: 'Not here.', type: Problem })
  @ApiErrors(RateLimitExceeded, ModelNotFound)
  own() {}
}

@Controller('bare')
class BareController {
  @Post()
  @ApiResponse({ status: 201, description: 'Made.' })
  make() {}
}

let app: INestApplication
afterEach(() => app.close())

async function createDocument(
  controllers: ModuleMetadata['controllers'],
  version = '3.1.0',
): Promise<OpenAPIObject> {
  class AppModule {}
  Module({ controllers: controllers ?? [] })(AppModule)
  app = await NestFactory.create(AppModule, { logger: false })
  const config = new DocumentBuilder().setOpenAPIVersion(version).setTitle('Models').setVersion('1.0.0')
  return SwaggerModule.createDocument(app, config.build())
}

async function createDescribedDocument(
  controllers: ModuleMetadata['controllers'],
  envelope: EnvelopeId = 'ai-api',
  options?: ResponsesOptions,
): Promise<OpenAPIObject> {
  return addErrorResponses(await createDocument(controllers), envelope, options)
}

const toJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

const getResponses = (document: OpenAPIObject, path: string): object =>
  toJson(document.paths[path]!.get!.responses) as object

const controllers = [ModelsController, PlainController, BareController]

describe('@ApiErrors', () => {
  test('adds the errors of a controller to all of its routes, and those of a method to its route', async () => {
    const document = await createDescribedDocument(controllers)
    expect(Object.keys(getResponses(document, '/models'))).toEqual(['200', '401', '429', '500'])
    expect(Object.keys(getResponses(document, '/models/one'))).toEqual([
      '200',
      '401',
      '402',
      '404',
      '429',
      '500',
    ])
    expect(getResponses(document, '/models')).toMatchObject(
      errorResponses('ai-api', [RateLimitExceeded, InvalidApiKey, InternalError], {
        schemaRef: ERROR_SCHEMA_REF,
      }),
    )
  })

  test('applies to inherited routes, and only to the decorated controllers', async () => {
    const document = await createDescribedDocument(controllers)
    expect(Object.keys(getResponses(document, '/models/inherited'))).toEqual(['200', '401', '429', '500'])
    expect(Object.keys(getResponses(document, '/plain/inherited'))).toEqual(['200', '500'])
  })

  test('does not change operations and extensions that it is not applied to', async () => {
    const before = await createDocument(controllers)
    expect(addErrorResponses(before, 'ai-api').paths['/bare']).toEqual(before.paths['/bare'])
    expect(before.paths['/models/one']!.get).toHaveProperty('x-cost', 1)
    expect(addErrorResponses(before, 'ai-api').paths['/models/one']!.get).toHaveProperty('x-cost', 1)
  })

  test('accepts an error class of the application', async () => {
    const { '402': response } = getResponses(
      await createDescribedDocument(controllers),
      '/models/one',
    ) as ReturnType<typeof errorResponses>
    expect(response!.content['application/json']!.examples).toHaveProperty('out_of_credits')
  })

  test.each([
    ['an empty list', () => ApiErrors(), '@ApiErrors(): pass at least one error class or code'],
    ['another class', () => ApiErrors(Date as never), 'Date does not extend ApiError'],
    ['an unknown code', () => ApiErrors('nope' as never), 'Unknown error code "nope"'],
  ])('rejects %s', async (_name, act, message) => {
    await createDocument([])
    expect(act).toThrow(new TypeError(message))
  })
})

describe('addErrorResponses', () => {
  test.each(['ai-api', 'anthropic:strict', 'problem-details'] as const)(
    'creates a valid document in %s that no longer contains the decorators’ metadata',
    async (envelope) => {
      const document = await createDescribedDocument(controllers, envelope)
      const { errors } = await new Validator().validate(toJson(document) as never)
      expect(errors).toBeUndefined()
      expect(JSON.stringify(document)).not.toContain('x-faultline')
    },
  )

  test('adds only the schemas that responses refer to', async () => {
    const { components } = await createDescribedDocument([ModelsController])
    expect(Object.keys(components!.schemas!)).toEqual([
      'Error',
      'ErrorRateLimitExceeded',
      'ErrorInvalidApiKey',
      'ErrorInternalError',
      'ErrorModelNotFound',
      'ErrorOutOfCredits',
    ])
    expect((await createDescribedDocument([BareController])).components).toEqual({ schemas: {} })
  })

  test('creates documents in several envelopes from one document, which it does not modify', async () => {
    const before = await createDocument(controllers)
    const text = JSON.stringify(before)
    const [first, second] = [
      addErrorResponses(before, 'ai-api'),
      addErrorResponses(before, 'problem-details'),
    ]
    expect(JSON.stringify(first)).toContain('"RATE_LIMIT_EXCEEDED"')
    expect(JSON.stringify(second)).toContain('application/problem+json')
    expect(JSON.stringify(second)).not.toContain('"RATE_LIMIT_EXCEEDED"')
    expect(JSON.stringify(before)).toBe(text)
    expect(addErrorResponses(first, 'ai-api')).toEqual(first)
  })

  test('extends a declared response of the same status', async () => {
    const document = await createDescribedDocument(controllers)
    const responses = getResponses(document, '/plain') as Record<string, { content: object }>
    const [limited, missing] = Object.values(
      errorResponses('ai-api', [RateLimitExceeded, ModelNotFound], { schemaRef: ERROR_SCHEMA_REF }),
    ).toReversed()
    expect(responses['429']).toEqual({
      description: `Slow down.\n\n${limited!.description}`,
      headers: { ...limited!.headers, 'x-remaining': remaining },
      content: limited!.content,
    })
    expect(responses['404']).toEqual({
      description: `Not here.\n\n${missing!.description}`,
      headers: missing!.headers,
      content: {
        'application/json': {
          schema: {
            anyOf: [
              { $ref: '#/components/schemas/Problem' },
              { $ref: '#/components/schemas/ErrorModelNotFound' },
            ],
          },
          examples: missing!.content['application/json']!.examples,
        },
      },
    })
  })

  test('keeps a declared reference and a declared example', async () => {
    const before = await createDocument([PlainController])
    const operation = before.paths['/plain']!.get!
    operation.responses['429'] = { $ref: '#/components/responses/SlowDown' }
    operation.responses['404'] = {
      description: '',
      content: { 'application/json': { example: { text: 'No' } } },
    }
    const responses = getResponses(addErrorResponses(before, 'ai-api'), '/plain') as ReturnType<
      typeof errorResponses
    >
    expect(responses['429']).toEqual({ $ref: '#/components/responses/SlowDown' })
    expect(responses['404']!.content['application/json']).toEqual({
      example: { text: 'No' },
      schema: { $ref: '#/components/schemas/ErrorModelNotFound' },
    })
  })

  test('rejects a document that defines the same schema name, unless schemaRef sets another', async () => {
    const before = await createDocument([PlainController])
    before.components = { schemas: { Error: { type: 'string' } } }
    expect(() => addErrorResponses(before, 'ai-api')).toThrow(
      new TypeError(
        'addErrorResponses: the document already defines the schema Error; set `schemaRef` to another name',
      ),
    )
    const schemaRef = '#/components/schemas/ApiError'
    const { components } = addErrorResponses(before, 'ai-api', { schemaRef })
    expect(Object.keys(components!.schemas!).slice(0, 2)).toEqual(['Error', 'ApiError'])
  })

  test('rejects an OpenAPI 3.0 document, whose schema dialect differs', async () => {
    const before = await createDocument(controllers, '3.0.0')
    const message = 'addErrorResponses: expected an OpenAPI 3.1 document, got'
    expect(() => addErrorResponses(before, 'ai-api')).toThrow(
      new TypeError(`${message} 3.0.0. Set it with new DocumentBuilder().setOpenAPIVersion('3.1.0')`),
    )
    expect(() => addErrorResponses(undefined as never, 'ai-api')).toThrow(`${message} undefined`)
  })

  test('is optional: without it the document is valid and lists the codes with their descriptions', async () => {
    const before = await createDocument(controllers)
    const { errors } = await new Validator().validate(toJson(before) as never)
    expect(errors).toBeUndefined()
    expect(toJson(before.paths['/models/one']!.get)).toHaveProperty('x-faultline-errors', {
      model_not_found: 'No model has this name.',
      rate_limit_exceeded: 'The rate limit of the API key is exceeded.',
      out_of_credits: 'The quota of the API key is exhausted.',
    })
    expect(() => structuredClone(toJson(before))).not.toThrow()
  })

  test('accepts a JSON copy of a document if all codes are of the taxonomy', async () => {
    const copy = toJson(await createDocument([PlainController])) as OpenAPIObject
    expect(Object.keys(getResponses(addErrorResponses(copy, 'ai-api'), '/plain'))).toEqual([
      '404',
      '429',
      '500',
    ])
    await app.close()
    const copyWithOwnError = toJson(await createDocument([ModelsController])) as OpenAPIObject
    expect(() => addErrorResponses(copyWithOwnError, 'ai-api')).toThrow(
      new TypeError(
        'addErrorResponses: no class found for code "out_of_credits"; pass the object that createDocument() returned, not a copy',
      ),
    )
  })
})
