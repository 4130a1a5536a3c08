import { envelopes, type Envelope } from '@faultline/core'
import { describe, expect, test } from 'vitest'
import { send, expectError, type SendOptions } from './send.ts'

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

    test('an unknown envelope is an unknown endpoint for any method, in the default envelope', async () => {
      expectError(await send('/compat/nope/v1/models'), 'endpoint_not_found')
      expectError(await send('/compat/nope/v1/models', { method: 'DELETE' }), 'endpoint_not_found')
      expectError(await send('/compat/a15t'), 'endpoint_not_found')
    })
  })
}
