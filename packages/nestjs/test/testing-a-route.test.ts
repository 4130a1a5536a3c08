import { NestFactory } from '@nestjs/core'
import { expect, test } from 'vitest'
import { AppModule } from './snippets/route-options.ts'

test('an unknown model is reported', async () => {
  const app = await NestFactory.create(AppModule, { logger: false })
  await app.listen(0, '127.0.0.1')
  const response = await fetch(`${await app.getUrl()}/openai/v1/models/gpt-9`)
  expect([response.status, await response.json()]).toMatchObject([
    404,
    { error: { code: 'model_not_found' } },
  ])
  await app.close()
})
