import { readConfig, startGateway } from '@faultline/app-gateway'
import request from 'supertest'
import { afterAll, expect, test } from 'vitest'
import { createApp } from '../src/app.ts'

const { gateway, close } = await startGateway(readConfig({ LOG_LEVEL: 'silent' }))
afterAll(close)

const app = createApp(gateway).callback()

const sendChat = (body: object): request.Test =>
  request(app).post('/v1/chat/completions').set('authorization', 'Bearer sk-demo').send(body)

test('a request without a key gets missing_api_key', async () => {
  const { body } = await request(app).get('/v1/models').expect(401).expect('www-authenticate', 'Bearer')
  expect(body).toMatchObject({ success: false, error: { code: 'MISSING_API_KEY' } })
})

test('a thrown error is sent with its status and its code', async () => {
  const { body } = await request(app).get('/v1/models/gpt-9').set('x-api-key', 'sk-demo').expect(404)
  expect(body).toMatchObject({ error: { code: 'MODEL_NOT_FOUND' } })
})

test('one invalid field gets the error of that field', async () => {
  const messages = [{ role: 'user', content: 'Hello' }]
  const { body } = await sendChat({ model: 'echo', messages, temperature: 9 }).expect(400)
  expect(body).toMatchObject({ error: { code: 'INVALID_TEMPERATURE', details: { field: 'temperature' } } })
})

test('several invalid fields are listed', async () => {
  const { body } = await sendChat({ model: 7, messages: [{ role: 'cat', content: 'Meow' }] }).expect(400)
  expect(body).toMatchObject({
    error: { details: { issues: [{ field: 'model' }, { field: 'messages[0].role' }] } },
  })
})

test('a bug gets internal_error without its message', async () => {
  const { text } = await request(app).get('/v1/throw/error').set('x-api-key', 'sk-demo').expect(500)
  expect(JSON.parse(text)).toMatchObject({ error: { code: 'INTERNAL_ERROR' } })
  expect(text).not.toContain('secret')
})
