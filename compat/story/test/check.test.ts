import { execFile } from 'node:child_process'
import type { Server } from 'node:http'
import { fileURLToPath } from 'node:url'
import { startApp, type CreateServer } from '@faultline/app-gateway/testing'
import { envelopes } from '@faultline/core'
import { rules, type CheckReport } from '@faultline/testing/check'
import { describe, expect, test } from 'vitest'
import { apps } from './apps.ts'
import { defects, type Defect } from './defects.ts'

const main = fileURLToPath(new URL('dist/main.js', import.meta.resolve('faultline/package.json')))
const plan = fileURLToPath(new URL('../../../apps/gateway/check.json', import.meta.url))

interface Checked {
  readonly code: number
  readonly report: CheckReport
}

/** Runs `faultline check` on an app, with one thing broken in it. */
async function checked(
  createServer: CreateServer,
  { envelope = 'ai-api', plant = () => {} }: { envelope?: string; plant?: (server: Server) => void } = {},
): Promise<Checked> {
  const planted: CreateServer = async (gateway) => {
    const server = await createServer(gateway)
    plant(server)
    return server
  }
  const app = await startApp(planted, { ENVELOPE: envelope })
  try {
    return await new Promise((resolve, reject) => {
      const given = ['--envelope', envelope, '--plan', plan, '--header', 'Authorization: Bearer sk-demo']
      execFile(
        process.execPath,
        [main, 'check', app.url, ...given, '--timeout', '400', '--json'],
        { maxBuffer: 64 * 1024 * 1024 },
        (error, stdout, stderr) => {
          if (stdout === '') reject(new Error(stderr))
          else resolve({ code: Number(error?.code ?? 0), report: JSON.parse(stdout) as CheckReport })
        },
      )
    })
  } finally {
    await app.close()
  }
}

/** What is wrong, a line each. */
function wrongIn({ results }: CheckReport): string[] {
  return results.flatMap(({ topic, name, findings }) =>
    findings.map(({ rule, message }) => `${topic}/${name}: ${rule}: ${message}`),
  )
}

describe('faultline check', () => {
  test.each(Object.entries(apps))('finds nothing wrong with %s', async (_name, createServer) => {
    const { code, report } = await checked(createServer)
    expect(wrongIn(report)).toEqual([])
    expect([code, report.failed, report.skipped]).toEqual([0, 0, 0])
    expect(report.passed).toBeGreaterThan(250)
  })

  const ids = Object.keys(envelopes).flatMap((id) => [id, `${id}:strict`])
  test.each(ids)('finds nothing wrong with an app that answers in %s', async (envelope) => {
    const { code, report } = await checked(apps['Express']!, { envelope })
    expect(wrongIn(report)).toEqual([])
    expect([code, report.envelope]).toEqual([0, envelope])
  })
})

/** Each defect in one app, by turns; in every one with FAULTLINE_DEFECTS=all, as `npm run fuzz` has it. */
const isAll = process.env['FAULTLINE_DEFECTS'] === 'all'
const all = Object.entries(apps)
const planted = defects.flatMap((defect, at) =>
  (isAll ? all : [all[at % all.length]!]).map(
    ([app, createServer]) => [app, defect.name, createServer, defect] as const,
  ),
)

describe('an app with one defect', () => {
  test('there are many, and nearly every rule is broken by one', () => {
    const broken = new Set(defects.map(({ rule }) => rule))
    // SDKs of ai-api read no x-should-retry; a connection that does not go on is one without an answer.
    const unbroken = Object.keys(rules).filter((rule) => !broken.has(rule as Defect['rule']))
    expect(unbroken.toSorted()).toEqual(['connection', 'content-length', 'should-retry'])
    expect(defects.length).toBeGreaterThan(40)
  })

  test.each(planted)(
    '%s that %s fails the check, which says so',
    async (_app, _name, createServer, defect) => {
      const { code, report } = await checked(createServer, defect)
      const found = report.results.flatMap(({ findings }) => findings)
      expect(code).toBe(1)
      expect(
        found.some(({ rule, message }) => rule === defect.rule && defect.told.test(message)),
        wrongIn(report).slice(0, 20).join('\n'),
      ).toBe(true)
    },
  )
})
