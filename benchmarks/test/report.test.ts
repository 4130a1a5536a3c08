import { expect, test } from 'vitest'
import { createReport } from '../src/report-page.ts'
import { createResults, type Run } from '../src/results.ts'
import { estimate } from '../src/statistics.ts'
import { describeResult, listVerdicts } from '../src/verdicts.ts'

const run: Run = {
  node: 'v26.0.0',
  comparisons: [
    {
      framework: 'koa',
      kind: 'typed-429',
      rounds: 3,
      variants: [
        {
          variant: 'bare',
          cpuMicroseconds: 30,
          requestsPerSecond: 20_000,
          ratio: estimate([0.93, 0.94, 0.95]),
          target: 0.95,
        },
        {
          variant: 'boom',
          cpuMicroseconds: 30,
          requestsPerSecond: 20_000,
          ratio: estimate([0.8, 0.8, 0.8]),
          target: 1.6,
        },
        { variant: 'faultline', cpuMicroseconds: 32, requestsPerSecond: 19_000 },
      ],
    },
  ],
  micro: [
    {
      group: 'construct',
      name: 'new NotFound()',
      nanoseconds: 200,
      baselineName: 'new Error()',
      baselineNanoseconds: 100,
      ratio: estimate([2, 2, 2]),
      maxRatio: 1.3,
    },
  ],
  startUp: [
    {
      framework: 'koa',
      format: 'import',
      frameworkMs: 54,
      difference: estimate([18, 19, 20]),
      maxMs: 20,
    },
  ],
}

test('an estimate is the median with its deviation and its uncertainty', () => {
  const { median, spread, noise } = estimate([1, 0.9, 1.1, 5])
  expect(median).toBeCloseTo(1.05)
  expect(spread).toBeCloseTo(0.0952)
  expect(noise).toBeCloseTo(0.1734)
})

test('a target is missed if the ratio misses it by more than its noise', () => {
  expect(listVerdicts(run).map((verdict) => [verdict.name, describeResult(verdict)])).toEqual([
    ['koa, a typed 429, against bare', 'met'],
    ['koa, a typed 429, against boom', 'the bare framework reaches 0.85'],
    ['construct: new NotFound(), against new Error()', 'missed'],
    ['koa, milliseconds that import of the adapter adds to the start', 'met, too noisy'],
  ])
})

test('a target that the bare framework does not reach is missed if that against the bare framework is missed', () => {
  const [comparison] = run.comparisons
  const variants = comparison!.variants.map((each) =>
    each.variant === 'bare' ? { ...each, ratio: estimate([0.7, 0.7, 0.7]) } : each,
  )
  const verdicts = listVerdicts({ ...run, comparisons: [{ ...comparison!, variants }], micro: [] })
  expect(verdicts.map(describeResult)).toEqual(['missed', 'missed', 'met, too noisy'])
})

test('the report consists of a page with tables and one plot per kind of request', () => {
  const [page, ...plots] = createReport(createResults([run, { ...run, node: 'v20.0.0' }]))
  expect(page?.path).toBe('performance.md')
  expect(page?.text).toContain('| koa, bare')
  expect(page?.text).toContain('ratio on v20.0.0')
  expect(plots.map(({ path }) => path)).toEqual(['performance/typed-429.svg'])
  expect(plots[0]?.text).toMatch(/^<svg .*<\/svg>\n$/s)
})
