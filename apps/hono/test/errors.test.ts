import { readConfig, startGateway } from '@faultline/app-gateway'
import { afterAll, expect, test } from 'vitest'
import { createApp } from '../src/app.ts'

const { gateway, close } = await startGateway(readConfig({ LOG_LEVEL: 'silent' }))
afterAll(close)

const app = createApp(gateway)
const headers = { authorization: 'Bearer sk-demo', 'content-type': 'application/json' }

/** Sends a request to the app without a server, so that there are no bindings. */
const send = async (path: string, init: RequestInit = {}): Promise<Response> => app.request(path, init, {})

const sendChat = (body: object): Promise<Response> =>
  send('/v1/chat/completions', { method: 'POST', headers, body: JSON.stringify(body) })

test('a request without a key gets missing_api_key', async () => {
  const response = await send('/v1/models')
  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toBe('Bearer')
  expect(await response.json()).toMatchObject({ success: false, error: { code: 'MISSING_API_KEY' } })
})

test('a thrown error is sent with its status and its code', async () => {
  const response = await send('/v1/models/gpt-9', { headers })
  expect(response.status).toBe(404)
  expect(await response.json()).toMatchObject({ error: { code: 'MODEL_NOT_FOUND' } })
})

test('one invalid field gets the error of that field', async () => {
  const messages = [{ role: 'user', content: 'Hello' }]
  const response = await sendChat({ model: 'echo', messages, temperature: 9 })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({
    error: { code: 'INVALID_TEMPERATURE', details: { field: 'temperature' } },
  })
})

test('several invalid fields are listed', async () => {
  const response = await sendChat({ model: 7, messages: [{ role: 'cat', content: 'Meow' }] })
  expect(await response.json()).toMatchObject({
    error: { details: { issues: [{ field: 'model' }, { field: 'messages[0].role' }] } },
  })
})

test('a bug gets internal_error without its message', async () => {
  const response = await send('/v1/throw/error', { headers })
  expect(response.status).toBe(500)
  const text = await response.text()
  expect(JSON.parse(text)).toMatchObject({ error: { code: 'INTERNAL_ERROR' } })
  expect(text).not.toContain('secret')
})
