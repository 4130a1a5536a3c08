import { expect, test } from 'vitest'

test('the README’s snippet answers as the README says', async () => {
  const { app } = await import('./snippets/quick-start.ts')
  const response = await app.fetch(new Request('http://localhost/v1/models'))
  expect([response.status, response.headers.get('retry-after')]).toEqual([429, '30'])
})
