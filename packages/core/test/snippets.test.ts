import { expect, test, vi } from 'vitest'

test('the snippets of the README print what their comments state', async () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {})
  const { answer } = await import('./snippets/taste.ts')
  const body = { error: { type: 'not_found', code: 'unknown_model', message: "Model 'gpt-9' not found" } }
  expect(log.mock.calls).toEqual([[404, body], [true]])
  expect([answer.status, JSON.parse(answer.body)]).toEqual([404, body])
  const { acme } = await import('./snippets/own-envelope.ts')
  expect(acme.codes).toHaveProperty('E_LIMIT')
})
