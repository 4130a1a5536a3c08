import { expect, test } from 'vitest'
import { compare } from '../src/compare.ts'

const settings = { blocks: 1, maxBlocks: 1, roundsPerBlock: 2, roundMs: 20, warmUpRequests: 1 }

test('a comparison measures each variant in its own process', { timeout: 30_000 }, async () => {
  const { framework, kind, rounds, variants } = await compare('node:http', 'success', settings)
  expect({ framework, kind, rounds }).toEqual({ framework: 'node:http', kind: 'success', rounds: 2 })
  expect(variants.map(({ variant }) => variant)).toEqual(['bare', 'faultline'])
  for (const { cpuMicroseconds, requestsPerSecond } of variants) {
    expect(cpuMicroseconds).toBeGreaterThan(1)
    expect(requestsPerSecond).toBeGreaterThan(10)
  }
  expect(variants[0]?.target).toBe(0.98)
  expect(variants[0]?.ratio?.median).toBeGreaterThan(0)
})
