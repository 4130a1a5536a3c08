import { execFile } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { startApp, type CreateServer } from '@faultline/app-gateway/testing'
import { envelopes, resolveEnvelope } from '@faultline/core'
import { checkServer, checkTopics, rules, type CheckReport, type Plan } from '@faultline/testing/check'
import { describe, expect, test } from 'vitest'
import gatewayPlan from '../../../apps/gateway/check.json' with { type: 'json' }
import { apps } from './apps.ts'
import { defects, type Defect, type Topic } from './defects.ts'

const cli = fileURLToPath(new URL('dist/main.js', import.meta.resolve('faultline/package.json')))
const planFile = fileURLToPath(new URL('../../../apps/gateway/check.json', import.meta.url))

const plan: Plan = gatewayPlan
const expressApp = apps['Express']
if (expressApp === undefined) throw new Error('apps: Express is missing')

interface Options {
  readonly envelope?: string
  readonly defect?: Defect
  /** Topics of the check to run. @default all */
  readonly topics?: readonly Topic[]
}

/** Starts an app with at most one defect and calls a function with its address. */
async function withApp<Result>(
  createServer: CreateServer,
  { envelope = 'ai-api', defect }: Options,
  run: (url: string) => Promise<Result>,
): Promise<Result> {
  const app = await startApp(
    async (gateway) => {
      const server = await createServer(gateway)
      defect?.plant(server)
      return server
    },
    { ENVELOPE: envelope },
  )
  try {
    return await run(app.url)
  } finally {
    await app.close()
  }
}

/** Checks an app in this process. Starting the command for each of the defects would take most of the time. */
function check(createServer: CreateServer, options: Options = {}): Promise<CheckReport> {
  const { envelope = 'ai-api', defect, topics = checkTopics } = options
  const skipped = checkTopics.filter((topic) => !topics.includes(topic))
  return withApp(createServer, options, (url) =>
    checkServer({
      url,
      envelope: resolveEnvelope(envelope),
      plan: { ...plan, gaps: Object.fromEntries(skipped.map((topic) => [`${topic}/*`, 'not needed'])) },
      headers: { authorization: 'Bearer sk-demo' },
      // A defect may be that no response arrives, so that the whole timeout passes.
      timeout: defect === undefined ? 5000 : 400,
      ...(topics.includes('openapi') ? {} : { openapi: null }),
    }),
  )
}

interface CommandResult {
  readonly exitCode: number
  readonly report: CheckReport
}

/** Runs `faultline check` as a process. */
function runCommand(url: string): Promise<CommandResult> {
  const options = ['--envelope', 'ai-api', '--plan', planFile, '--header', 'Authorization: Bearer sk-demo']
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [cli, 'check', url, ...options, '--json'],
      { maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (stdout === '') reject(new Error(stderr))
        else resolve({ exitCode: Number(error?.code ?? 0), report: JSON.parse(stdout) as CheckReport })
      },
    )
  })
}

/** The findings of a report, one line each. */
function listFindings({ results }: CheckReport): string[] {
  return results.flatMap(({ topic, name, findings }) =>
    findings.map(({ rule, message }) => `${topic}/${name}: ${rule}: ${message}`),
  )
}

function isReported({ rule, message: expected }: Defect, { results }: CheckReport): boolean {
  return results.some(({ findings }) =>
    findings.some((finding) => finding.rule === rule && expected.test(finding.message)),
  )
}

function expectNoFindings(report: CheckReport): void {
  expect(listFindings(report)).toEqual([])
  expect([report.failed, report.skipped]).toEqual([0, 0])
  expect(report.passed).toBeGreaterThan(200)
}

describe('a check of a correct app', { timeout: 30_000 }, () => {
  test.each(Object.entries(apps))('reports nothing on %s', async (_name, createServer) => {
    expectNoFindings(await check(createServer))
  })

  const ids = Object.keys(envelopes).flatMap((id) => [id, `${id}:strict`])
  test.each(ids)('reports nothing in envelope %s', async (envelope) => {
    const report = await check(expressApp, { envelope })
    expectNoFindings(report)
    expect(report.envelope).toBe(envelope)
  })
})

describe('the command `faultline check`', { timeout: 30_000 }, () => {
  test('exits with code 0 for a correct app', async () => {
    const { exitCode, report } = await withApp(expressApp, {}, runCommand)
    expectNoFindings(report)
    expect(exitCode).toBe(0)
  })

  test('exits with code 1 and reports the defect of a defective app', async () => {
    const defect = defects.find(({ name }) => name === 'leaks a stack trace')
    if (defect === undefined) throw new Error('the defect is missing')
    const { exitCode, report } = await withApp(expressApp, { defect }, runCommand)
    expect([exitCode, isReported(defect, report)]).toEqual([1, true])
  })
})

/**
 * By default each defect is added to one app, and only the topics that find it run. `npm run fuzz` sets
 * FAULTLINE_DEFECTS=all: each defect in each app, and the whole check.
 */
const isLong = process.env['FAULTLINE_DEFECTS'] === 'all'
const appEntries = Object.entries(apps)
const cases = defects.flatMap((defect, index) =>
  appEntries
    .filter((_app, position) => isLong || position === index % appEntries.length)
    .map(([app, createServer]) => [app, defect.name, createServer, defect] as const),
)

describe('a check of an app with one defect', () => {
  test('is tested for nearly every rule', () => {
    const violated = new Set<string>(defects.map(({ rule }) => rule))
    // SDKs for ai-api do not read x-should-retry. A connection that does not stay open is one without a response.
    expect(
      Object.keys(rules)
        .filter((rule) => !violated.has(rule))
        .toSorted(),
    ).toEqual(['connection', 'content-length', 'should-retry'])
    expect(defects.length).toBeGreaterThan(40)
  })

  test.each(cases)('reports that %s %s', async (_app, _name, createServer, defect) => {
    const report = await check(createServer, { defect, ...(isLong ? {} : { topics: defect.topics }) })
    expect(report.failed).toBeGreaterThan(0)
    expect(isReported(defect, report), listFindings(report).slice(0, 20).join('\n')).toBe(true)
  })
})
