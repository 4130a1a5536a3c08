import { envelopes, type Envelope } from '@faultline/core'
import { describe, expect, test } from 'vitest'
import { ask, expectError, type Ask } from './ask.ts'

export function describeSurfaces(name: string): void {
  describe(`${name}: compatible surfaces`, () => {
    const surfaces = Object.values(envelopes).flatMap((envelope): [string, Envelope][] => [
      [envelope.id, envelope],
      [`${envelope.id}:strict`, envelope.strict],
    ])

    test.each(surfaces)('/compat/%s/v1 answers in its envelope', async (id, envelope) => {
      for (const [path, request] of [
        ['/models', { key: null }],
        ['/nope', {}],
        ['/models', { method: 'DELETE' }],
        ['/chat/completions', { body: '{' }],
        ['/throw/error', {}],
      ] as [string, Ask][]) {
        const { status, headers, text } = await ask(`/compat/${id}/v1${path}`, request)
        const error = envelope.parse({ status, headers, body: text })
        expect(error, `${id} ${path} ${text}`).toBeDefined()
        expect(envelope.lookup(error!)).toMatchObject({ status })
      }
      expect((await ask(`/compat/${id}/v1/models`)).status).toBe(200)
    })

    test.each(surfaces)(
      '/compat/%s/v1 tells a request’s id where its clients look for it',
      async (id, envelope) => {
        const { requestIdHeader } = envelope.clientHints ?? {}
        for (const path of ['/models', '/models/nope', '/errors/conflict?stream=1']) {
          const { headers } = await ask(`/compat/${id}/v1${path}`, { headers: { 'x-request-id': 'mine' } })
          expect(headers.get('x-request-id'), path).toBe('mine')
          expect(headers.get('request-id'), path).toBe(requestIdHeader === undefined ? null : 'mine')
        }
      },
    )

    test('an unknown envelope is an unknown endpoint, in the default one, whatever the method', async () => {
      expectError(await ask('/compat/nope/v1/models'), 'endpoint_not_found')
      expectError(await ask('/compat/nope/v1/models', { method: 'DELETE' }), 'endpoint_not_found')
      expectError(await ask('/compat/a15t'), 'endpoint_not_found')
    })
  })
}
