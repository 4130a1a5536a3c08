import { expect, test, vi } from 'vitest'

// Built-in envelopes are not checked when a process starts. Here each definition is.
vi.mock(import('../src/envelopes/define-envelope.ts'), async (importOriginal) => {
  const original = await importOriginal()
  return { ...original, createEnvelope: (define) => original.defineEnvelope(define()) }
})

test('the definitions of the built-in envelopes are valid', async () => {
  const { envelopes } = await import('../src/envelopes/index.ts')
  expect(Object.keys(envelopes)).toHaveLength(16)
})
