import { serve } from '@faultline/test-kit'
import { describe, expect, test } from 'vitest'
import { app as extendedApp } from './snippets/extended-envelope.ts'
import { app as localeApp } from './snippets/locale.ts'
import { acme, app as ownApp } from './snippets/own-envelope.ts'
import { app as surfacesApp } from './snippets/two-surfaces.ts'

async function get(url: string, headers: Record<string, string> = {}) {
  const response = await fetch(url, { headers })
  return { status: response.status, headers: response.headers, body: (await response.json()) as object }
}

test('the recipe of an extended envelope adds members and replaces a message', async () => {
  const url = await serve(extendedApp)
  const trace = '0af7651916cd43dd8448eb211c80319c'
  const { status, body } = await get(`${url}/v1/models/x`, { traceparent: `00-${trace}-b7ad6b7169203331-01` })
  expect([status, body]).toEqual([
    404,
    {
      error: {
        message: "Acme has no model 'x'",
        type: 'invalid_request_error',
        param: null,
        code: 'model_not_found',
        docs_url: 'https://docs.acme.example/errors#model_not_found',
        trace_id: trace,
      },
    },
  ])
  expect((await get(`${url}/unknown`)).body).toMatchObject({
    error: { docs_url: 'https://docs.acme.example/errors#endpoint_not_found' },
  })
})

test('the recipe of languages answers in the language that the request prefers', async () => {
  const url = await serve(localeApp)
  const inGerman = await get(`${url}/v1/models/x`, { 'accept-language': 'de-AT, en;q=0.8' })
  expect(inGerman.body).toMatchObject({ error: { message: "Das Modell 'x' gibt es nicht" } })
  expect(inGerman.headers.get('content-language')).toBe('de')
  expect(inGerman.headers.get('vary')).toContain('Accept-Language')
  const inEnglish = await get(`${url}/v1/models/busy`, { 'accept-language': 'en, de;q=0.8' })
  expect(inEnglish.body).toMatchObject({ error: { message: 'Rate limit exceeded' } })
  expect(inEnglish.headers.get('content-language')).toBeNull()
  expect(inEnglish.headers.get('vary')).toContain('Accept-Language')
})

test('the recipe of two surfaces answers in the envelope of the path', async () => {
  const url = await serve(surfacesApp)
  expect((await get(`${url}/v1/models/x`)).body).toMatchObject({
    error: { code: 'model_not_found', param: null },
  })
  expect((await get(`${url}/anthropic/v1/models/x`)).body).toMatchObject({
    type: 'error',
    error: { type: 'not_found_error' },
  })
  expect((await get(`${url}/anthropic/unknown`)).body).toMatchObject({ type: 'error' })
})

describe('the recipe of an own envelope', () => {
  test('sends codes, fields, details and headers of the definition', async () => {
    const url = await serve(ownApp)
    const limit = await get(`${url}/limit`)
    expect([limit.status, limit.headers.get('retry-after')]).toEqual([429, '30'])
    expect(limit.body).toEqual({
      fault: { name: 'E_LIMIT', text: 'Slow down' },
      request: limit.headers.get('x-request-id'),
    })
    expect((await get(`${url}/field`)).body).toMatchObject({
      fault: { name: 'E_INVALID_FIELD_VALUE', field: 'size' },
    })
    expect((await get(`${url}/conflict`)).body).toMatchObject({
      fault: { name: 'E_CONFLICT', text: 'The item was sold', data: { sku: 'a1' } },
    })
    expect(acme.parse(await get(`${url}/conflict`))).toMatchObject({
      code: 'conflict',
      details: { sku: 'a1' },
    })
  })
})
