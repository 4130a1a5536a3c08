import { envelopes } from '@faultline/core'
import { beforeAll, describe, expect, test } from 'vitest'
import { RawClient, requestText } from './raw-client.ts'
import { majors, serve, type Served } from './serve.ts'
import { falsy, SECRET, values, type Value } from './values.ts'

const all = [...values, ...falsy]
const valueOf = (row: string): Value => all.find((value) => value.row === row)!

describe.each(majors)('$major: what is thrown', ({ express }) => {
  let served: Served

  beforeAll(async () => {
    served = await serve(express, (app) => {
      app.get('/throw/:row', ({ params: { row } }) => {
        throw valueOf(row).make()
      })
      app.get('/reject/:row', async ({ params: { row } }) => {
        throw valueOf(row).make()
      })
      app.get('/next/:row', ({ params: { row } }, _response, next) => next(valueOf(row).make()))
      app.use('/mw/:row', ({ params: { row } }) => {
        throw valueOf(row).make()
      })
      app.param('checked', (_request, _response, _next, row: string) => {
        throw valueOf(row).make()
      })
      app.get('/param/:checked', (_request, response) => response.json({}))
      app.get('/ok', (_request, response) => response.json({ ok: true }))
    })
  })

  async function expectAnswer(
    path: string,
    { row, status = 500, code = 'INTERNAL_ERROR', message, headers = {} }: Value,
  ): Promise<void> {
    const before = served.heard.length
    const response = await fetch(`${served.url}/${path}/${row}`)
    const text = await response.text()
    expect(response.status, text).toBe(status)
    const error = envelopes['ai-api'].parse({ status, body: text })
    expect(error, text).toBeDefined()
    expect(envelopes['ai-api'].lookup(error!).code).toBe(code)
    if (message !== undefined) expect(error!.message).toBe(message)
    expect(text).not.toContain(SECRET)
    for (const [name, value] of Object.entries(headers)) expect(response.headers.get(name), name).toBe(value)
    expect(JSON.stringify([...response.headers])).not.toContain(SECRET)
    expect(served.heard.length).toBe(before + 1)
  }

  describe.each(['throw', 'reject', 'next', 'mw', 'param'])('by %s', (path) => {
    test.each(values)('$row', (value) => expectAnswer(path, value))
  })

  test.each(falsy)('$row, rejected by an async handler, is an internal error', (value) =>
    expectAnswer('reject', value),
  )

  test.each([...falsy.map(({ row }) => row)])(
    '%s, thrown at once, is Express’s next(): a 404',
    async (row) => {
      const response = await fetch(`${served.url}/throw/${row}`)
      expect(response.status).toBe(404)
    },
  )

  test('after each the connection serves the next request', async () => {
    const client = new RawClient(served.port)
    for (const { row, status = 500 } of values) {
      client.write(requestText('GET', `/throw/${row}`))
      expect((await client.response())?.status, row).toBe(status)
    }
    client.write(requestText('GET', '/ok'))
    expect(await client.response()).toMatchObject({ status: 200, body: '{"ok":true}' })
  })
})

describe.each(majors)('$major: control flow', ({ express }) => {
  test.each(['route', 'router'])('throw %j is Express’s own', async (word) => {
    const { url } = await serve(express, (app) => {
      app.get('/throw', () => {
        throw word
      })
      app.get('/reject', async () => {
        throw word
      })
    })
    expect((await fetch(`${url}/throw`)).status).toBe(404)
    expect((await fetch(`${url}/reject`)).status).toBe(404)
  })
})
