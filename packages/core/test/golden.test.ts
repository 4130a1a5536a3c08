import { describe, expect, test } from 'vitest'
import {
  InternalError,
  Overloaded,
  RateLimitExceeded,
  ValidationFailed,
  type SentStream,
} from '../src/index.ts'
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

  test.each(modes)(
    'of errors in streams of $name, $mode, equals its golden file',
    async ({ name, mode, envelope }) => {
      const streams: Record<string, SentStream> = {
        'an unknown stream': { format: 'events' },
        'a stream of the Responses API': { format: 'events', isEmpty: false, first: created, last: delta },
        'newline-delimited JSON': { format: 'lines', isEmpty: false },
        'a JSON array': { format: 'array', isEmpty: false },
      }
      const errors = [
        new RateLimitExceeded({ retryAfter: 7 }),
        new Overloaded(),
        new InternalError(),
        new ValidationFailed({ issues: [{ message: 'must be a number', path: ['seed'] }] }),
      ]
      const parts = Object.entries(streams).map(
        ([title, stream]) =>
          `# ${title}\n\n${errors.map((error) => envelope.errorEvents(error, { ...context, stream })).join('')}\n`,
      )
      await expect(parts.join('')).toMatchFileSnapshot(`golden/${name}.${mode}.streams.txt`)
    },
  )
})

const created = {
  type: 'response.created',
  sequence_number: 0,
  response: { id: 'resp_1', object: 'response', model: 'm', status: 'in_progress', error: null },
}
const delta = { type: 'response.output_text.delta', sequence_number: 7, delta: 'a' }
