import { envelopes, type Envelope } from '@faultline/core'
import { describe, expect, test } from 'vitest'
import { createChatBody, send, expectError, type SendOptions } from './send.ts'

export function describeSurfaces(name: string): void {
  describe(`${name}: compatible surfaces`, () => {
    const surfaces = Object.values(envelopes).flatMap((envelope): [string, Envelope][] => [
      [envelope.id, envelope],
      [`${envelope.id}:strict`, envelope.strict],
    ])

    test.each(surfaces)('/compat/%s/v1 sends errors in its envelope', async (id, envelope) => {
      for (const [path, request] of [
        ['/models', { key: null }],
        ['/nope', {}],
        ['/models', { method: 'DELETE' }],
        ['/chat/completions', { body: '{' }],
        ['/throw/error', {}],
      ] as [string, SendOptions][]) {
        const { status, headers, text } = await send(`/compat/${id}/v1${path}`, request)
        const error = envelope.parse({ status, headers, body: text })
        expect(error, `${id} ${path} ${text}`).toBeDefined()
        expect(envelope.lookup(error!)).toMatchObject({ status })
      }
      expect((await send(`/compat/${id}/v1/models`)).status).toBe(200)
    })

    test.each(surfaces)(
      '/compat/%s/v1 sends the request id in the headers that its clients read',
      async (id, envelope) => {
        const { requestIdHeader } = envelope.clientHints ?? {}
        for (const path of ['/models', '/models/nope', '/errors/conflict?stream=1']) {
          const { headers } = await send(`/compat/${id}/v1${path}`)
          const requestId = headers.get('x-request-id')
          expect(requestId, path).toMatch(/^req_[a-z0-9]{24}$/)
          expect(headers.get('request-id'), path).toBe(requestIdHeader === undefined ? null : requestId)
        }
      },
    )

    test('/compat/acme/v1 sends OpenAI’s body with the address of the reference page', async () => {
      const { status, headers, json } = await send('/compat/acme/v1/models/nope')
      expect([status, json]).toEqual([
        404,
        {
          error: {
            message: "Model 'nope' not found",
            type: 'invalid_request_error',
            param: null,
            code: 'model_not_found',
            docs_url: 'https://docs.acme.example/errors/model_not_found',
          },
        },
      ])
      expect(headers.get('vary')).toContain('Accept-Language')
      const chat = { method: 'POST', key: 'sk-broke', body: createChatBody() }
      expect((await send('/compat/acme/v1/chat/completions', chat)).json['error']).toMatchObject({
        code: 'out_of_credits',
        docs_url: 'https://docs.acme.example/errors/out_of_credits',
      })
    })

    test('/compat/acme/v1 answers in German if the request prefers it', async () => {
      const german = { headers: { 'accept-language': 'fr;q=0.2, de-AT' } }
      const { headers, json } = await send('/compat/acme/v1/models/nope', german)
      expect(json['error']).toMatchObject({ message: "Das Modell 'nope' gibt es nicht" })
      expect(headers.get('content-language')).toBe('de')
      const english = await send('/compat/acme/v1/models/nope', { headers: { 'accept-language': 'en, de' } })
      expect(english.json['error']).toMatchObject({ message: "Model 'nope' not found" })
      const stream = await send('/compat/acme/v1/errors/conflict?stream=1', german)
      expect(stream.text).toContain('Die Ressource existiert bereits')
      const unknown = await send('/compat/acme/v1/nope', german)
      expect(unknown.json['error']).toMatchObject({ message: 'Diese Adresse gibt es nicht' })
    })

    test('an unknown envelope is an unknown endpoint for any method, in the default envelope', async () => {
      expectError(await send('/compat/nope/v1/models'), 'endpoint_not_found')
      expectError(await send('/compat/nope/v1/models', { method: 'DELETE' }), 'endpoint_not_found')
      expectError(await send('/compat/a15t'), 'endpoint_not_found')
    })
  })
}
