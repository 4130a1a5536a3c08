import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { afterAll, expect, test, vi } from 'vitest'

const servers: Server[] = []

afterAll(() => {
  for (const server of servers) server.close()
})

async function addressOf(server: Server): Promise<string> {
  servers.push(server)
  if (!server.listening) await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('the first snippet of the README sends the documented response', async () => {
  vi.stubEnv('PORT', '0')
  const listen = vi.spyOn(express.application, 'listen')
  await import('./snippets/quick-start.ts')
  const address = await addressOf(listen.mock.results[0]!.value as Server)
  const response = await fetch(`${address}/v1/models`)
  expect([response.status, response.headers.get('retry-after')]).toEqual([429, '30'])
  expect(await response.json()).toMatchObject({ success: false, error: { code: 'RATE_LIMIT_EXCEEDED' } })
})

test('the application’s own error class is answered', async () => {
  const { app } = await import('./snippets/own-error.ts')
  const address = await addressOf(app.listen(0, '127.0.0.1'))
  const broke = await fetch(`${address}/v1/chat`, { method: 'POST' })
  expect([broke.status, await broke.json()]).toEqual([
    402,
    { error: { type: 'payment_required', code: 'out_of_credits', message: 'Top up to continue.' } },
  ])
  const unknown = await fetch(`${address}/v1/models/gpt-9`)
  expect(await unknown.json()).toEqual({
    error: { type: 'not_found', code: 'unknown_model', message: "Model 'gpt-9' not found" },
  })
})

test('an attached server answers requests that never reach Express', async () => {
  const { server } = await import('./snippets/attach.ts')
  const address = await addressOf(server.listen(0, '127.0.0.1'))
  const response = await fetch(address, { headers: { 'x-long': 'x'.repeat(20_000) } })
  expect([response.status, await response.json()]).toEqual([
    431,
    { success: false, error: { code: 'headers_too_large', message: 'The request headers are too large' } },
  ])
})

test('the app for small bundles answers an unknown path', async () => {
  const { app } = await import('./snippets/slim.ts')
  const address = await addressOf(app.listen(0))
  const response = await fetch(`${address}/unknown`)
  expect([response.status, await response.json()]).toMatchObject([
    404,
    { error: { type: 'invalid_request_error' } },
  ])
})

test('the catalogue of the recipe has 20 errors, which the app answers', async () => {
  const { errors } = await import('./snippets/recipes/shop-errors.ts')
  const { app } = await import('./snippets/recipes/shop-app.ts')
  expect(Object.keys(errors)).toHaveLength(20)
  const address = await addressOf(app.listen(0, '127.0.0.1'))
  const lost = await fetch(`${address}/orders/7`)
  expect([lost.status, await lost.json()]).toEqual([
    404,
    {
      error: {
        message: "Order '7' not found",
        type: 'invalid_request_error',
        param: null,
        code: 'order_not_found',
        details: { orderId: '7' },
      },
    },
  ])
  const stock = await fetch(`${address}/orders`, { method: 'POST' })
  expect([stock.status, await stock.json()]).toMatchObject([
    409,
    { error: { code: 'out_of_stock', message: "Only 2 of 'mug' left" } },
  ])
  const carts = await fetch(`${address}/carts`, { method: 'POST' })
  expect([carts.status, carts.headers.get('retry-after')]).toEqual([429, '30'])
})

test('the handlers of the recipe narrow the errors of the catalogue', async () => {
  const { errors } = await import('./snippets/recipes/shop-errors.ts')
  const recipe = await import('./snippets/recipes/shop-retry.ts')
  const { errorsByCode, errorsByStatus } = await import('./snippets/recipes/legacy-codes.ts')
  const stock = new errors.OutOfStock({ details: { sku: 'mug', left: 2 } })
  expect(recipe.describeStock(stock)).toBe('2 left')
  expect(recipe.toAction(stock)).toBe("show Only 2 of 'mug' left")
  expect(recipe.toAction(new errors.TooManyCarts({ retryAfter: 9 }))).toBe('retry after 9 s')
  expect(recipe.toAction(null)).toBe('report')
  expect(recipe.getProject(new errors.OutOfCredits({ project: 'p1' }))).toBe('p1')
  expect([new errors.CardExpired(), stock].map(recipe.isAboutCards)).toEqual([true, false])
  expect(new errorsByStatus.CartLost()).toMatchObject({ code: 'cart_lost', status: 404 })
  expect(new errorsByCode.CartLost({ cartId: 7 })).toMatchObject({ message: "Cart '7' not found" })
})
