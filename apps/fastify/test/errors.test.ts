import { readConfig, startGateway } from '@faultline/app-gateway'
import { afterAll, expect, test } from 'vitest'
import { createApp } from '../src/app.ts'

const { gateway, close } = await startGateway(readConfig({ LOG_LEVEL: 'silent' }))
const app = await createApp(gateway)

afterAll(async () => {
  await app.close()
  await close()
})

const headers = { authorization: 'Bearer sk-demo' }

const sendChat = (payload: object) =>
  app.inject({ method: 'POST', url: '/v1/chat/completions', headers, payload })

test('a request without a key gets missing_api_key', async () => {
  const response = await app.inject('/v1/models')
  expect(response.statusCode).toBe(401)
  expect(response.headers['www-authenticate']).toBe('Bearer')
  expect(response.json()).toMatchObject({ success: false, error: { code: 'MISSING_API_KEY' } })
})

test('a thrown error is sent with its status and its code', async () => {
  const response = await app.inject({ url: '/v1/models/gpt-9', headers })
  expect(response.statusCode).toBe(404)
  expect(response.json()).toMatchObject({ error: { code: 'MODEL_NOT_FOUND' } })
})

test('one invalid field gets the error of that field', async () => {
  const messages = [{ role: 'user', content: 'Hello' }]
  const response = await sendChat({ model: 'echo', messages, temperature: 9 })
  expect(response.statusCode).toBe(400)
  expect(response.json()).toMatchObject({
    error: { code: 'INVALID_TEMPERATURE', details: { field: 'temperature' } },
  })
})

test('several invalid fields are listed', async () => {
  const response = await sendChat({ model: 7, messages: [{ role: 'cat', content: 'Meow' }] })
  expect(response.json()).toMatchObject({
    error: { details: { issues: [{ field: 'model' }, { field: 'messages[0].role' }] } },
  })
})

test('a bug gets internal_error without its message', async () => {
  const response = await app.inject({ url: '/v1/throw/error', headers })
  expect(response.statusCode).toBe(500)
  expect(response.json()).toMatchObject({ error: { code: 'INTERNAL_ERROR' } })
  expect(response.body).not.toContain('secret')
})
