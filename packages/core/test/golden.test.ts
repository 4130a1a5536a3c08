import { describe, expect, test } from 'vitest'
import { createSample, modes, taxonomy } from './spec.ts'

const context = { requestId: 'req_0123456789abcdefghijklmn', timestamp: new Date('2026-01-02T03:04:05Z') }

// Clients depend on these bytes. `vitest run golden -u` updates the files after an intended change.
describe('the wire format', () => {
  test.each(modes)('of $name, $mode, equals its golden file', async ({ name, mode, envelope }) => {
    const lines = taxonomy.map((row) => {
      const { status, headers, body } = envelope.render(createSample(row), context)
      const retryAfter =
        headers['Retry-After'] === undefined ? '' : ` (Retry-After: ${headers['Retry-After']})`
      return `${row.code}: ${status}${retryAfter} ${JSON.stringify(body)}\n`
    })
    await expect(lines.join('')).toMatchFileSnapshot(`golden/${name}.${mode}.txt`)
  })
})
