import { expect, test } from 'vitest'
import { app } from './snippets/route-options.ts'

test('an unknown model is reported', async () => {
  const response = await app.request('/openai/v1/models/gpt-9')
  expect([response.status, await response.json()]).toMatchObject([
    404,
    { error: { code: 'model_not_found' } },
  ])
})
