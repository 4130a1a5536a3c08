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

const left = { description: 'What is left', schema: { type: 'integer' } } as const

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
  @ApiTooManyRequestsResponse({ description: 'Slow down.', headers: { 'x-left': left } })
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

async function created(
  controllers: ModuleMetadata['controllers'],
  version = '3.1.0',
): Promise<OpenAPIObject> {
  class AppModule {}
  Module({ controllers: controllers ?? [] })(AppModule)
  app = await NestFactory.create(AppModule, { logger: false })
  const config = new DocumentBuilder().setOpenAPIVersion(version).setTitle('Models').setVersion('1.0.0')
  return SwaggerModule.createDocument(app, config.build())
}

async function described(
  controllers: ModuleMetadata['controllers'],
  envelope: EnvelopeId = 'ai-api',
  options?: ResponsesOptions,
): Promise<OpenAPIObject> {
  return addErrorResponses(await created(controllers), envelope, options)
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

const responsesOf = (document: OpenAPIObject, path: string): object =>
  plain(document.paths[path]!.get!.responses) as object

const all = [ModelsController, PlainController, BareController]

describe('@ApiErrors', () => {
  test('tells of a controller’s errors on each of its routes, and of a method’s on its own', async () => {
    const document = await described(all)
    expect(Object.keys(responsesOf(document, '/models'))).toEqual(['200', '401', '429', '500'])
    expect(Object.keys(responsesOf(document, '/models/one'))).toEqual([
      '200',
      '401',
      '402',
      '404',
      '429',
      '500',
    ])
    expect(responsesOf(document, '/models')).toMatchObject(
      errorResponses('ai-api', [RateLimitExceeded, InvalidApiKey, InternalError], {
        schemaRef: ERROR_SCHEMA_REF,
      }),
    )
  })

  test('reaches inherited routes, and keeps to the controllers that it is on', async () => {
    const document = await described(all)
    expect(Object.keys(responsesOf(document, '/models/inherited'))).toEqual(['200', '401', '429', '500'])
    expect(Object.keys(responsesOf(document, '/plain/inherited'))).toEqual(['200', '500'])
  })

  test('leaves what it is not on as it is', async () => {
    const before = await created(all)
    expect(addErrorResponses(before, 'ai-api').paths['/bare']).toEqual(before.paths['/bare'])
    expect(before.paths['/models/one']!.get).toHaveProperty('x-cost', 1)
    expect(addErrorResponses(before, 'ai-api').paths['/models/one']!.get).toHaveProperty('x-cost', 1)
  })

  test('of a user’s own error is like any other', async () => {
    const { '402': response } = responsesOf(await described(all), '/models/one') as ReturnType<
      typeof errorResponses
    >
    expect(response!.content['application/json']!.examples).toHaveProperty('out_of_credits')
  })

  test.each([
    ['nothing', () => ApiErrors(), 'ApiErrors needs an error at least'],
    ['no error', () => ApiErrors(Date as never), 'Date is no class that extends ApiError'],
    ['an unknown code', () => ApiErrors('nope' as never), 'There is no error "nope"'],
  ])('refuses %s', async (_name, act, message) => {
    await created([])
    expect(act).toThrow(new TypeError(message))
  })
})

describe('addErrorResponses', () => {
  test.each(['ai-api', 'anthropic:strict', 'problem-details'] as const)(
    'makes a valid document in %s, without a trace of the decorators',
    async (envelope) => {
      const document = await described(all, envelope)
      const { errors } = await new Validator().validate(plain(document) as never)
      expect(errors).toBeUndefined()
      expect(JSON.stringify(document)).not.toContain('x-faultline')
    },
  )

  test('adds the schemas that are referred to, and no others', async () => {
    const { components } = await described([ModelsController])
    expect(Object.keys(components!.schemas!)).toEqual([
      'Error',
      'ErrorRateLimitExceeded',
      'ErrorInvalidApiKey',
      'ErrorInternalError',
      'ErrorModelNotFound',
      'ErrorOutOfCredits',
    ])
    expect((await described([BareController])).components).toEqual({ schemas: {} })
  })

  test('makes documents in several envelopes of one', async () => {
    const before = await created(all)
    const text = JSON.stringify(before)
    const [one, other] = [addErrorResponses(before, 'ai-api'), addErrorResponses(before, 'problem-details')]
    expect(JSON.stringify(one)).toContain('"RATE_LIMIT_EXCEEDED"')
    expect(JSON.stringify(other)).toContain('application/problem+json')
    expect(JSON.stringify(other)).not.toContain('"RATE_LIMIT_EXCEEDED"')
    expect(JSON.stringify(before)).toBe(text)
    expect(addErrorResponses(one, 'ai-api')).toEqual(one)
  })

  test('keeps a user’s own response of the same status, and adds to it', async () => {
    const document = await described(all)
    const responses = responsesOf(document, '/plain') as Record<string, { content: object }>
    const [limited, missing] = Object.values(
      errorResponses('ai-api', [RateLimitExceeded, ModelNotFound], { schemaRef: ERROR_SCHEMA_REF }),
    ).toReversed()
    expect(responses['429']).toEqual({
      description: `Slow down.\n\n${limited!.description}`,
      headers: { ...limited!.headers, 'x-left': left },
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

  test('keeps a reference and an example of a user’s own', async () => {
    const before = await created([PlainController])
    const operation = before.paths['/plain']!.get!
    operation.responses['429'] = { $ref: '#/components/responses/SlowDown' }
    operation.responses['404'] = {
      description: '',
      content: { 'application/json': { example: { text: 'No' } } },
    }
    const responses = responsesOf(addErrorResponses(before, 'ai-api'), '/plain') as ReturnType<
      typeof errorResponses
    >
    expect(responses['429']).toEqual({ $ref: '#/components/responses/SlowDown' })
    expect(responses['404']!.content['application/json']).toEqual({
      example: { text: 'No' },
      schema: { $ref: '#/components/schemas/ErrorModelNotFound' },
    })
  })

  test('refuses a document in which its schemas’ names are taken, unless they get another', async () => {
    const before = await created([PlainController])
    before.components = { schemas: { Error: { type: 'string' } } }
    expect(() => addErrorResponses(before, 'ai-api')).toThrow(
      new TypeError(
        'addErrorResponses: the document has a schema Error of its own; `schemaRef` takes another name',
      ),
    )
    const schemaRef = '#/components/schemas/ApiError'
    const { components } = addErrorResponses(before, 'ai-api', { schemaRef })
    expect(Object.keys(components!.schemas!).slice(0, 2)).toEqual(['Error', 'ApiError'])
  })

  test('refuses a document of OpenAPI 3.0, where schemas are others', async () => {
    const before = await created(all, '3.0.0')
    const message = 'addErrorResponses needs a document of OpenAPI 3.1, not'
    expect(() => addErrorResponses(before, 'ai-api')).toThrow(
      new TypeError(`${message} 3.0.0: new DocumentBuilder().setOpenAPIVersion('3.1.0')`),
    )
    expect(() => addErrorResponses(undefined as never, 'ai-api')).toThrow(`${message} undefined`)
  })

  test('forgotten, leaves a valid document with the codes and their meanings', async () => {
    const before = await created(all)
    const { errors } = await new Validator().validate(plain(before) as never)
    expect(errors).toBeUndefined()
    expect(plain(before.paths['/models/one']!.get)).toHaveProperty('x-faultline-errors', {
      model_not_found: 'There is no model of this name.',
      rate_limit_exceeded: 'The key asks too often.',
      out_of_credits: 'The key has used up what it may.',
    })
    expect(() => structuredClone(plain(before))).not.toThrow()
  })

  test('takes a copy of a document, as far as codes tell the classes', async () => {
    const copy = plain(await created([PlainController])) as OpenAPIObject
    expect(Object.keys(responsesOf(addErrorResponses(copy, 'ai-api'), '/plain'))).toEqual([
      '404',
      '429',
      '500',
    ])
    await app.close()
    const own = plain(await created([ModelsController])) as OpenAPIObject
    expect(() => addErrorResponses(own, 'ai-api')).toThrow(
      new TypeError(
        'addErrorResponses: the class of "out_of_credits" is lost; give it what createDocument made, and no copy',
      ),
    )
  })
})
