import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import {
  createResponder,
  EndpointNotFound,
  InvalidApiKey,
  ModelNotFound,
  RateLimitExceeded,
} from '@faultline/core'
import { attach, sendError } from '@faultline/node'
import { rules, type CheckReport } from '@faultline/testing/check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fixture, runCli } from './run-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'faultline-'))
const responder = createResponder({ envelope: 'ai-api', onError: () => {} })
const server = attach(
  createServer((request, response) => {
    if (request.url === '/items') response.end('{}')
    else sendError(responder, new EndpointNotFound(), request, response)
  }),
  responder,
)
/** A server that leaks the key in its messages, and sends model_not_found for a missing path. */
const faultyServer = createServer((request, response) => {
  const error = new ModelNotFound({ model: `a\u0000<b> ${request.headers.authorization}` })
  sendError(responder, error, request, response)
})
let url: string
let faultyUrl: string

beforeAll(async () => {
  for (const each of [server, faultyServer]) {
    each.listen(0, '127.0.0.1')
    await once(each, 'listening')
  }
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  faultyUrl = `http://127.0.0.1:${(faultyServer.address() as AddressInfo).port}`
})

afterAll(() => {
  server.close()
  faultyServer.close()
  rmSync(folder, { recursive: true })
})

function file(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const check = (address: string, ...args: string[]) =>
  runCli(['check', address, '--envelope', 'ai-api', ...args])

describe('a conforming server', () => {
  test('passes; the report lists topics, and skipped probes with the reason', async () => {
    const { code, out } = await check(url)
    expect(code).toBe(0)
    expect(out).toMatch(/^http:\/\/127\.0\.0\.1:\d+ in ai-api\n\n✓ routing +15 passed\n✓ url +6 passed\n/)
    expect(out).toMatch(/\n- raise\n {4}skipped all: No route .*--raise/)
    expect(out).toMatch(/\n\d+ passed, 0 failed, \d+ skipped\n$/)
  })

  test('receives the requests of a plan; options take precedence over the plan', async () => {
    const requests = [{ name: 'missing path', path: '/nope', expect: { code: 'endpoint_not_found' } }]
    const plan = file('plan.json', JSON.stringify({ get: '/wrong', requests }))
    const { code, out } = await check(url, '--plan', plan, '--get', '/items')
    expect([code, out]).toEqual([0, expect.stringMatching(/✓ requests +1 passed\n/)])
    expect(out).toMatch(/skipped TRACE: .*\/items.*TRACE/)
  })

  test('is validated against the document of --openapi, and against none with --no-openapi', async () => {
    const responses = { 200: { description: 'x' } }
    const document = {
      openapi: '3.1.0',
      paths: { '/items': { get: { responses } }, '/nope': { get: { responses } } },
    }
    const yaml = file('api.yaml', `openapi: 3.1.0\npaths: ${JSON.stringify(document.paths)}\n`)
    const { code, out } = await check(url, '--openapi', yaml)
    expect(code).toBe(1)
    expect(out).toMatch(/openapi: .*document .*404 of GET \/nope\n/)
    expect((await check(url, '--no-openapi')).code).toBe(0)
  })
})

describe('a faulty server', () => {
  const args = ['--header', 'Authorization: Bearer a-very-secret-key', '--no-openapi']

  test('fails; the report lists findings by topic and counts them by rule', async () => {
    const { code, out } = await check(faultyUrl, ...args)
    expect(code).toBe(1)
    expect(out).toContain('✗ routing     15 of 15 failed\n    ✗ unknown-route, unknown-route-html-accept')
    expect(out).toMatch(/ {8}code: .*404 MODEL_NOT_FOUND.* 404 ENDPOINT_NOT_FOUND/)
    expect(out).toMatch(/ and \d+ more\n/)
    expect(out).toMatch(/ {4}… and \d+ more \(use --all\)\n/)
    expect(out).toContain('✗ OPTIONS-unknown (OPTIONS /nope → 404)\n')
    expect(out).toContain('Invalid HTTP is rejected before the framework runs; use attach(server, options).')
    expect(out).toMatch(/\nViolated rules\n +\d+ × code /)
    expect(out).toContain(rules.code)
    expect(out).not.toContain('a-very-secret-key')
    const { out: all } = await check(faultyUrl, ...args, '--all')
    expect(all).not.toMatch(/ and \d+ more/)
  })

  test('is reported as JSON and JUnit XML without the key', async () => {
    const junit = join(folder, 'junit.xml')
    const { code, out } = await check(faultyUrl, ...args, '--json', '--junit', junit)
    const report = JSON.parse(out) as CheckReport
    const xml = readFileSync(junit, 'utf8')
    expect([code, report.failed > 30]).toEqual([1, true])
    expect(xml).toMatch(
      /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites tests="\d+" failures="\d+" errors="0" skipped="\d+">\n {2}<testsuite name="routing" tests="15" failures="15"/,
    )
    expect(xml).toContain('type="code"')
    expect(xml.match(/<testcase /g)).toHaveLength(report.results.length)
    expect(xml.match(/<failure /g)).toHaveLength(report.failed)
    // oxlint-disable-next-line no-control-regex -- XML does not allow control characters
    expect(xml).not.toMatch(/a-very-secret-key|[\u0000-\u0008]/)
    expect(out).not.toContain('a-very-secret-key')
  })
})

test('the report is printed even if the JUnit report cannot be written', async () => {
  const { code, out, err } = await check(url, '--junit', join(folder, 'none', 'junit.xml'))
  expect([code, err]).toEqual([2, expect.stringMatching(/cannot write .*junit\.xml: ENOENT/)])
  expect(out).toMatch(/\d+ passed, 0 failed/)
})

test('suggests --header if most responses were 401', async () => {
  const closed = createServer((request, response) => {
    sendError(responder, new InvalidApiKey(), request, response)
  })
  closed.listen(0, '127.0.0.1')
  await once(closed, 'listening')
  const { code, out } = await check(`http://127.0.0.1:${(closed.address() as AddressInfo).port}`)
  closed.close()
  expect(code).toBe(1)
  expect(out).toContain('\nMost responses were 401; pass a valid key with --header.\n')
})

test('suggests --delay if the server enforces a rate limit', async () => {
  let remaining = 20
  const limited = createServer((request, response) => {
    remaining -= 1
    sendError(
      responder,
      remaining < 0 ? new RateLimitExceeded({ retryAfter: 60 }) : new EndpointNotFound(),
      request,
      response,
    )
  })
  limited.listen(0, '127.0.0.1')
  await once(limited, 'listening')
  const { code, out } = await check(`http://127.0.0.1:${(limited.address() as AddressInfo).port}`)
  limited.close()
  expect(code).toBe(1)
  expect(out).toContain('\nThe server enforces a rate limit; use --delay to slow down.\n')
})

test.each<[string[], RegExp]>([
  [['http://127.0.0.1:1'], /required option '--envelope <id>' not specified/],
  [['http://127.0.0.1:1', '--envelope', 'nope'], /^faultline: unknown envelope "nope"/],
  [['http://127.0.0.1:1', '--envelope', 'a15t'], /^faultline: .*127\.0\.0\.1:1.*: connect ECONNREFUSED/],
  [['nope', '--envelope', 'a15t'], /^faultline: .*url must .*http:\/\/ or https:\/\//],
  [
    ['http://a', '--envelope', 'a15t', '--header', 'sk-secret'],
    /^faultline: --header must have the form "Name: value"\n$/,
  ],
  [['http://a', '--envelope', 'a15t', '--timeout', '-1'], /Expected an integer number of milliseconds\./],
  [
    ['http://a', '--envelope', 'a15t', '--plan', join(folder, 'none.json')],
    /cannot read .*none\.json: ENOENT/,
  ],
  [['http://a', '--envelope', 'a15t', '--plan', file('bad.json', '{')], /bad\.json is not valid JSON: /],
  [['http://a', '--envelope', 'a15t', '--plan', file('odd.json', '{"teapot": 1}')], /odd\.json:\n.*teapot/],
  [['http://a', '--envelope', 'a15t', '--errors', 'nope.js'], /nope\.js does not exist/],
])('%j exits with 2', async (args, message) => {
  const { code, err } = await runCli(['check', ...args])
  expect(code).toBe(2)
  expect(err).toMatch(message)
})

const hasPython = spawnSync('python3', ['--version']).status === 0

describe.skipIf(!hasPython)(
  `a server in another language${hasPython ? '' : ' (skipped: python3 is not installed)'}`,
  () => {
    let child: ChildProcess
    let address: string

    beforeAll(async () => {
      child = spawn('python3', [fixture('server.py')], {
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      const [port] = (await once(createInterface(child.stdout!), 'line')) as [string]
      address = `http://127.0.0.1:${port}`
    })

    afterAll(() => child.kill())

    test('passes with known gaps', async () => {
      const plan = {
        get: '/items',
        gaps: {
          'protocol/*': 'http.server responds to invalid HTTP in HTML.',
          'routing/OPTIONS-star': 'http.server interprets the asterisk as a path.',
        },
        requests: [
          { path: '/items/broken', expect: { code: 'internal_error' } },
          { path: '/items', sendHeaders: false, expect: { code: 'missing_api_key' } },
        ],
      }
      const command = ['check', address, '--envelope', 'compresr', '--header', 'X-API-Key: right-key']
      const { code, out } = await runCli([...command, '--plan', file('python.json', JSON.stringify(plan))])
      expect([code, out]).toEqual([0, expect.stringContaining(' 0 failed')])
      expect(out).toMatch(/✓ method +3 passed\n(?:.*\n)*✓ key +\d passed/)
      expect(out).toContain('skipped all: http.server responds to invalid HTTP in HTML.')
    })

    test('fails without the gaps', async () => {
      const { code, out } = await runCli([
        'check',
        address,
        '--envelope',
        'compresr',
        '--all',
        '--timeout',
        '300',
      ])
      expect(code).toBe(1)
      expect(out).toContain('Content-Type is "text/html')
    })
  },
)
