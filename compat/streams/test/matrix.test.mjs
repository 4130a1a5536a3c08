import { expect, test } from 'vitest'
import { runMatrix } from '../src/matrix.ts'
import { selectAll } from '../src/selection.ts'

const TIMEOUT_MS = 150_000

test(
  'every client raises a typed error for a stream that is cut at a line end, within a character or anywhere else',
  async () => {
    const { rows, senders, violations } = await runMatrix(
      selectAll(true),
      AbortSignal.timeout(TIMEOUT_MS),
      () => {},
    )
    expect(violations).toEqual([])
    expect(rows.length).toBeGreaterThan(50)
    expect(new Set(senders.map(({ framework }) => framework)).size).toBe(7)
    // Each row has cuts at all positions.
    for (const { counts, dialect, client } of rows)
      expect(
        Object.values(counts.stream).some((count) => count > 0),
        `${dialect}, ${client}`,
      ).toBe(true)
  },
  TIMEOUT_MS,
)
