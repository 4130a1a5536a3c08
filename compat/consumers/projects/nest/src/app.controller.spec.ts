import type { INestApplication } from '@nestjs/common'
import { Test } from '@nestjs/testing'
import { isApiError } from '@faultline/core'
import { aiApi } from '@faultline/core/envelopes'
import { AppModule } from './app.module'

describe('AppController', () => {
  let app: INestApplication

  beforeAll(async () => {
    const module = await Test.createTestingModule({ imports: [AppModule] }).compile()
    app = module.createNestApplication({ logger: false })
    await app.listen(0, '127.0.0.1')
  })

  afterAll(() => app.close())

  it('answers in its envelope', async () => {
    const { status, headers, body } = await fetch(`${await app.getUrl()}/v1/models`).then(
      async (response) => ({
        status: response.status,
        headers: response.headers,
        body: await response.text(),
      }),
    )
    expect([status, headers.get('retry-after')]).toEqual([429, '30'])
    const error = aiApi.parse({ status, headers, body })
    expect(isApiError(error, 'rate_limit_exceeded')).toBe(true)
  })
})
