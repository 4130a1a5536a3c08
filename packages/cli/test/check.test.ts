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
import type { CheckReport } from '@faultline/testing/check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fixture, ran } from './ran.ts'

const folder = mkdtempSync(join(tmpdir(), 'faultline-'))
const responder = createResponder({ envelope: 'ai-api', onError: () => {} })
const server = attach(
  createServer((request, response) => {
    if (request.url === '/items') response.end('{}')
    else sendError(responder, new EndpointNotFound(), request, response)
  }),
  responder,
)
/** It leaks, and calls a missing path a missing model: both only for who asks with this key. */
const unsound = createServer((request, response) => {
  const error = new ModelNotFound({ model: `a\u0000<b> ${request.headers.authorization}` })
  sendError(responder, error, request, response)
})
let url: string
let unsoundUrl: string

beforeAll(async () => {
  for (const each of [server, unsound]) {
    each.listen(0, '127.0.0.1')
    await once(each, 'listening')
  }
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  unsoundUrl = `http://127.0.0.1:${(unsound.address() as AddressInfo).port}`
})

afterAll(() => {
  server.close()
  unsound.close()
  rmSync(folder, { recursive: true })
})

function file(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const check = (of: string, ...more: string[]) => ran(['check', of, '--envelope', 'ai-api', ...more])

describe('a sound server', () => {
  test('passes, topic by topic, with what was not looked at and why', async () => {
    const { code, out } = await check(url)
    expect(code).toBe(0)
    expect(out).toMatch(/^http:\/\/127\.0\.0\.1:\d+ in ai-api\n\n✓ routing +15 passed\n✓ url +6 passed\n/)
    expect(out).toContain(
      '- raise\n    skipped all: No route is known that raises each error; --raise names one',
    )
    expect(out).toMatch(/\n\d+ passed, 0 failed, \d+ skipped\n$/)
  })

  test('is asked more where a plan or an option says more; the option wins', async () => {
    const requests = [{ name: 'nothing there', path: '/nope', expect: { code: 'endpoint_not_found' } }]
    const plan = file('plan.json', JSON.stringify({ get: '/wrong', requests }))
    const { code, out } = await check(url, '--plan', plan, '--get', '/items')
    expect([code, out]).toEqual([0, expect.stringMatching(/✓ requests +1 passed\n/)])
    expect(out).toContain('skipped TRACE: /items takes TRACE')
  })

  test('is held to the document that is named, and to none with --no-openapi', async () => {
    const responses = { 200: { description: 'x' } }
    const document = {
      openapi: '3.1.0',
      paths: { '/items': { get: { responses } }, '/nope': { get: { responses } } },
    }
    const yaml = file('api.yaml', `openapi: 3.1.0\npaths: ${JSON.stringify(document.paths)}\n`)
    const { code, out } = await check(url, '--openapi', yaml)
    expect(code).toBe(1)
    expect(out).toContain('openapi: The document tells of no 404 of GET /nope\n')
    expect((await check(url, '--no-openapi')).code).toBe(0)
  })
})

describe('an unsound server', () => {
  const given = ['--header', 'Authorization: Bearer a-very-secret-key', '--no-openapi']

  test('fails: what is wrong is told by topic, and by rule', async () => {
    const { code, out } = await check(unsoundUrl, ...given)
    expect(code).toBe(1)
    expect(out).toContain('✗ routing     15 of 15 failed\n    ✗ unknown-route, unknown-route-html-accept')
    expect(out).toContain('        code: It is 404 MODEL_NOT_FOUND, and should be 404 ENDPOINT_NOT_FOUND')
    expect(out).toMatch(/ and \d+ more\n/)
    expect(out).toContain('✗ OPTIONS-unknown (OPTIONS /nope → 404)\n')
    expect(out).toContain('`attach(server, options)` of Faultline’s adapters does it.')
    expect(out).toMatch(/\nBroken rules\n +\d+ × code +The code is that of what went wrong\n/)
    expect(out).not.toContain('a-very-secret-key')
    const { out: all } = await check(unsoundUrl, ...given, '--all')
    expect(all).not.toMatch(/ and \d+ more/)
  })

  test('is told of in JSON and in JUnit, whatever it answers, without the key', async () => {
    const junit = join(folder, 'junit.xml')
    const { code, out } = await check(unsoundUrl, ...given, '--json', '--junit', junit)
    const report = JSON.parse(out) as CheckReport
    const xml = readFileSync(junit, 'utf8')
    expect([code, report.failed > 30]).toEqual([1, true])
    expect(xml).toMatch(
      /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites tests="\d+" failures="\d+" errors="0" skipped="\d+">\n {2}<testsuite name="routing" tests="15" failures="15"/,
    )
    expect(xml).toContain('type="code"')
    expect(xml.match(/<testcase /g)).toHaveLength(report.results.length)
    expect(xml.match(/<failure /g)).toHaveLength(report.failed)
    // oxlint-disable-next-line no-control-regex -- XML may not hold them
    expect(xml).not.toMatch(/a-very-secret-key|[\u0000-\u0008]/)
    expect(out).not.toContain('a-very-secret-key')
  })
})

test('a JUnit report that can’t be written takes nothing from the other', async () => {
  const { code, out, err } = await check(url, '--junit', join(folder, 'none', 'junit.xml'))
  expect([code, err]).toEqual([2, expect.stringMatching(/junit\.xml can't be written: ENOENT/)])
  expect(out).toMatch(/\d+ passed, 0 failed/)
})

test('a key that is not valid is what is asked for, where most is answered 401', async () => {
  const closed = createServer((request, response) => {
    sendError(responder, new InvalidApiKey(), request, response)
  })
  closed.listen(0, '127.0.0.1')
  await once(closed, 'listening')
  const { code, out } = await check(`http://127.0.0.1:${(closed.address() as AddressInfo).port}`)
  closed.close()
  expect(code).toBe(1)
  expect(out).toContain('\nMost of it was answered 401: does --header bring a key that is valid?\n')
})

test('a server that limits rates is found out: --delay is what helps', async () => {
  let left = 20
  const limited = createServer((request, response) => {
    left -= 1
    sendError(
      responder,
      left < 0 ? new RateLimitExceeded({ retryAfter: 60 }) : new EndpointNotFound(),
      request,
      response,
    )
  })
  limited.listen(0, '127.0.0.1')
  await once(limited, 'listening')
  const { code, out } = await check(`http://127.0.0.1:${(limited.address() as AddressInfo).port}`)
  limited.close()
  expect(code).toBe(1)
  expect(out).toContain('\nThe server limits rates: --delay waits between requests.\n')
})

test.each<[string[], RegExp]>([
  [['http://127.0.0.1:1'], /required option '--envelope <id>' not specified/],
  [['http://127.0.0.1:1', '--envelope', 'nope'], /^faultline: Unknown envelope "nope"/],
  [
    ['http://127.0.0.1:1', '--envelope', 'a15t'],
    /^faultline: 127\.0\.0\.1:1 can't be reached: connect ECONNREFUSED/,
  ],
  [['nope', '--envelope', 'a15t'], /^faultline: url must begin with http:\/\/ or https:\/\//],
  [
    ['http://a', '--envelope', 'a15t', '--header', 'sk-secret'],
    /^faultline: --header: a header is written as "Name: value"\n$/,
  ],
  [['http://a', '--envelope', 'a15t', '--timeout', '-1'], /It must be a whole number of milliseconds/],
  [
    ['http://a', '--envelope', 'a15t', '--plan', join(folder, 'none.json')],
    /none\.json can't be read: ENOENT/,
  ],
  [['http://a', '--envelope', 'a15t', '--plan', file('bad.json', '{')], /bad\.json is no JSON: /],
  [
    ['http://a', '--envelope', 'a15t', '--plan', file('odd.json', '{"teapot": 1}')],
    /odd\.json:\nplan\.teapot is unknown/,
  ],
  [['http://a', '--envelope', 'a15t', '--errors', 'nope.js'], /nope\.js is not there/],
])('%j can’t be run as it is: that is exit code 2', async (given, said) => {
  const { code, err } = await ran(['check', ...given])
  expect(code).toBe(2)
  expect(err).toMatch(said)
})

const python = spawnSync('python3', ['--version']).status === 0

describe.skipIf(!python)(
  `a server in another language${python ? '' : ' (skipped: there is no python3 on this machine)'}`,
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

    test('is checked like any other, and what it does not do is a gap with a reason', async () => {
      const plan = {
        get: '/items',
        gaps: {
          'protocol/*': 'http.server answers what is no HTTP in HTML.',
          'routing/OPTIONS-star': 'http.server takes the star for a path.',
        },
        requests: [
          { path: '/items/broken', expect: { code: 'internal_error' } },
          { path: '/items', key: false, expect: { code: 'missing_api_key' } },
        ],
      }
      const given = ['check', address, '--envelope', 'compresr', '--header', 'X-API-Key: right-key']
      const { code, out } = await ran([...given, '--plan', file('python.json', JSON.stringify(plan))])
      expect([code, out]).toEqual([0, expect.stringContaining(' 0 failed')])
      expect(out).toMatch(/✓ method +3 passed\n(?:.*\n)*✓ key +\d passed/)
      expect(out).toContain('skipped all: http.server answers what is no HTTP in HTML.')
    })

    test('is found out without the gap', async () => {
      const { code, out } = await ran([
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
