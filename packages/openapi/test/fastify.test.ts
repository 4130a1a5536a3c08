import Fastify, { type FastifyInstance } from 'fastify'
import swagger from '@fastify/swagger'
import { faultline } from '@faultline/fastify'
import { Validator } from '@seriousme/openapi-schema-validator'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { envelopes, errorClasses, type EnvelopeId, type ErrorCode } from '@faultline/core'
import { errorResponses, fastifyErrorResponses } from '../src/index.ts'

interface Responses {
  readonly [status: string]: {
    readonly headers: Readonly<Record<string, { readonly schema: object }>>
    readonly content: Readonly<Record<string, { readonly schema: object; readonly examples: object }>>
  }
}

let app: FastifyInstance
afterEach(() => app.close())

/** An app that throws the error of a code at `/:code`, in an envelope. */
async function serve(envelope: EnvelopeId, responses: object): Promise<string> {
  app = Fastify()
  await app.register(swagger, { openapi: { openapi: '3.1.0', info: { title: 'Errors', version: '1.0.0' } } })
  await app.register(faultline, { envelope })
  const ok = { type: 'object', properties: { ok: { type: 'boolean' } } }
  app.get<{ Params: { code: ErrorCode } }>(
    '/:code',
    { schema: { response: { 200: ok, ...responses } } },
    ({ params }) => {
      const Type = errorClasses[params.code] as unknown as new (options: object) => Error
      throw new Type({ model: 'gpt-9', field: 'size', allow: ['GET'], message: 'Ünique', expose: true })
    },
  )
  await app.listen()
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
}

const documentOf = (): { paths: Record<string, { get: { responses: Responses } }> } =>
  JSON.parse(JSON.stringify(app.swagger())) as ReturnType<typeof documentOf>

/** Every answer, byte by byte, but for the time. */
async function answers(url: string): Promise<string[]> {
  return Promise.all(
    Object.keys(errorClasses).map(async (code) => {
      const response = await fetch(`${url}/${code}`, { headers: { 'x-request-id': 'req_1' } })
      const text = await response.text()
      const { status, headers } = response
      const length = headers.get('content-length')
      return `${code} ${status} ${headers.get('content-type')} ${length} ${text.replace(/"\d{4}-[^"]+Z"/, '"now"')}`
    }),
  )
}

const ids = Object.keys(envelopes).flatMap((id) => [id, `${id}:strict`] as EnvelopeId[])

describe.each(ids)('@fastify/swagger with %s', (envelope) => {
  test('makes a valid document with every error as it was told of', async () => {
    await serve(envelope, fastifyErrorResponses(envelope))
    const { errors } = await new Validator().validate(documentOf())
    expect(errors).toBeUndefined()
    const { responses } = documentOf().paths['/{code}']!.get
    for (const [status, { headers, content }] of Object.entries(errorResponses(envelope))) {
      expect(responses[status]!.headers).toEqual(headers)
      for (const [type, { examples }] of Object.entries(content)) {
        expect(responses[status]!.content[type]!.examples).toEqual(examples)
      }
    }
  })
})

describe('a route that tells of its errors', () => {
  test.each(['ai-api', 'openai', 'compactifai', 'problem-details', 'json-api'] as const)(
    'answers as one that does not, in %s',
    async (envelope) => {
      const told = await answers(await serve(envelope, fastifyErrorResponses(envelope)))
      await app.close()
      const untold = await answers(await serve(envelope, {}))
      expect(told).toEqual(untold)
      expect(told.every((answer) => answer.includes('Ünique') || answer.includes('detail'))).toBe(true)
    },
  )

  test('can do so by `errorResponses`, too', async () => {
    const url = await serve('ai-api', errorResponses('ai-api'))
    expect((await new Validator().validate(documentOf())).valid).toBe(true)
    expect((await fetch(`${url}/model_not_found`)).status).toBe(404)
  })
})
