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

/** Starts an app that throws the error with the code in the path. */
async function startApp(envelope: EnvelopeId, responses: object): Promise<string> {
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
  await app.listen({ host: '127.0.0.1', port: 0 })
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
}

const getDocument = (): { paths: Record<string, { get: { responses: Responses } }> } =>
  JSON.parse(JSON.stringify(app.swagger())) as ReturnType<typeof getDocument>

/** Requests every error, and returns status, headers and body of each response without timestamps. */
async function requestAll(url: string): Promise<string[]> {
  return Promise.all(
    Object.keys(errorClasses).map(async (code) => {
      const response = await fetch(`${url}/${code}`)
      const text = await response.text()
      const { status, headers } = response
      const length = headers.get('content-length')
      return `${code} ${status} ${headers.get('content-type')} ${length} ${text.replace(/"\d{4}-[^"]+Z"/, '"now"').replace(/req_\w+/, 'req_')}`
    }),
  )
}

const ids = Object.keys(envelopes).flatMap((id) => [id, `${id}:strict`] as EnvelopeId[])

describe.each(ids)('@fastify/swagger with %s', (envelope) => {
  test('creates a valid document that contains every example', async () => {
    await startApp(envelope, fastifyErrorResponses(envelope))
    const { errors } = await new Validator().validate(getDocument())
    expect(errors).toBeUndefined()
    const { responses } = getDocument().paths['/{code}']!.get
    for (const [status, { headers, content }] of Object.entries(errorResponses(envelope))) {
      expect(responses[status]!.headers).toEqual(headers)
      for (const [type, { examples }] of Object.entries(content)) {
        expect(responses[status]!.content[type]!.examples).toEqual(examples)
      }
    }
  })
})

describe('a route with fastifyErrorResponses in its schema', () => {
  test.each(['ai-api', 'openai', 'compactifai', 'problem-details', 'json-api'] as const)(
    'sends the same bytes as a route without them, in %s',
    async (envelope) => {
      const documented = await requestAll(await startApp(envelope, fastifyErrorResponses(envelope)))
      await app.close()
      const undocumented = await requestAll(await startApp(envelope, {}))
      expect(documented).toEqual(undocumented)
      expect(documented.every((response) => response.includes('Ünique') || response.includes('detail'))).toBe(
        true,
      )
    },
  )

  test('may use errorResponses instead', async () => {
    const url = await startApp('ai-api', errorResponses('ai-api'))
    expect((await new Validator().validate(getDocument())).valid).toBe(true)
    expect((await fetch(`${url}/model_not_found`)).status).toBe(404)
  })
})
