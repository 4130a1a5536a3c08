import { afterAll, describe, expect, test } from 'vitest'
import type { MiddlewareCase, Mode } from './case.ts'
import { expressCases } from './cases/express.ts'
import { fastifyCases } from './cases/fastify.ts'
import { honoCases } from './cases/hono.ts'
import { koaCases } from './cases/koa.ts'
import { nestjsCases } from './cases/nestjs.ts'
import { formatOutcome, readOutcome, type Outcome } from './outcome.ts'
import { formatPage, readPage, type Cells } from './table.ts'

const frameworks = [expressCases, koaCases, fastifyCases, honoCases, nestjsCases]

/** Text that must not reach a client: addresses of upstreams, and causes. */
const SECRET = /127\.0\.0\.1|localhost:\d|ECONNREFUSED|node_modules|\bat .*:\d+:\d+/

const rejections: unknown[] = []
const recordRejection = (reason: unknown): void => void rejections.push(reason)
process.on('unhandledRejection', recordRejection)
afterAll(() => void process.off('unhandledRejection', recordRejection))

/** Runs a case in a mode. Rejects if no response arrives in time. */
async function run(
  each: MiddlewareCase,
  mode: Mode,
): Promise<{ outcome: Outcome; hookCalls: readonly object[] }> {
  const hookCalls: object[] = []
  const url = await each.start({
    usesHandler: mode === 'handler',
    options: {
      envelope: 'ai-api',
      onError: (_error, _thrown, { raw }) => void hookCalls.push(raw as object),
      ...(mode === 'all' ? { replaceBodies: 'all' } : {}),
    },
  })
  const response = await (each.request ?? defaultRequest)(url)
  return { outcome: await readOutcome(response), hookCalls }
}

const defaultRequest = (url: string): Promise<Response> =>
  fetch(url, { headers: { accept: 'application/json' } })

const results = new Map<MiddlewareCase, Cells>()

describe.each(frameworks)('on $framework', ({ cases }) => {
  test.each(cases)('$name: $failure', async (each) => {
    const cells = { default: '', handler: '', all: '' }
    for (const mode of ['default', 'handler', 'all'] as const) {
      if (mode === 'handler' && each.handler === undefined) continue
      const { outcome, hookCalls } = await run(each, mode)
      expect.soft(outcome.body, mode).not.toMatch(SECRET)
      // Each failed request is reported once. Some cases fail several times.
      expect.soft(new Set(hookCalls).size, mode).toBe(hookCalls.length)
      if (outcome.status < 400) expect.soft(hookCalls, mode).toEqual([])
      else if (mode !== 'default') {
        expect.soft(outcome.code, `${mode}: ${outcome.status} ${outcome.body}`).toBeDefined()
        expect.soft(hookCalls.length, mode).toBeGreaterThan(0)
      }
      const prefix = mode === 'handler' ? `\`${each.handler}\`: ` : ''
      cells[mode] = prefix + formatOutcome(outcome)
    }
    results.set(each, cells)
  })
})

test('No failure leaves an unhandled rejection', () => {
  expect(rejections).toEqual([])
})

test('The page lists at least 40 packages', () => {
  expect(
    new Set(frameworks.flatMap(({ cases }) => cases.map(({ name }) => name))).size,
  ).toBeGreaterThanOrEqual(40)
})

test('docs/middleware.md shows these results', () => {
  const page = formatPage(frameworks, results)
  expect(readPage(page)).toBe(page)
})
