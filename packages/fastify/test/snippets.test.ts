import { expect, test, vi } from 'vitest'

test('the snippet of the README sends the documented response', async () => {
  vi.stubEnv('PORT', '0')
  const { app } = await import('./snippets/quick-start.ts')
  const response = await fetch(`${app.listeningOrigin}/v1/models`)
  expect([response.status, response.headers.get('retry-after')]).toEqual([429, '30'])
  await app.close()
})
