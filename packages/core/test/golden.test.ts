import { describe, expect, test } from 'vitest'
import { errorOfKind, modes, taxonomy } from './spec.ts'

const context = { requestId: 'req_0123456789abcdefghijklmn', timestamp: new Date('2026-01-02T03:04:05Z') }

// A change of these files is a change of what clients get. `vitest run golden -u` writes them anew.
describe('the wire', () => {
  test.each(modes)('of $name, $mode, is what it was', async ({ name, mode, envelope }) => {
    const lines = taxonomy.map((row) => {
      const { status, headers, body } = envelope.render(errorOfKind(row), context)
      const after = headers['Retry-After'] === undefined ? '' : ` (Retry-After: ${headers['Retry-After']})`
      return `${row.code}: ${status}${after} ${JSON.stringify(body)}\n`
    })
    await expect(lines.join('')).toMatchFileSnapshot(`golden/${name}.${mode}.txt`)
  })
})
