import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import {
  createResponder,
  envelopes,
  errorClasses,
  formatPath,
  hasTextBodies,
  ModelNotFound,
  QuotaExceeded,
} from '@faultline/core'
import { sendError } from '@faultline/node'
import { exampleResponse, listLeaves } from '@faultline/openapi'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fixture, runCli } from './run-cli.ts'

/** Envelopes whose bodies identify their errors. Those of Ollama have a message only. */
const jsonEnvelopes = Object.entries(envelopes).filter(
  ([id, envelope]) => !hasTextBodies(envelope) && id !== 'ollama',
)
const idsWithJson = jsonEnvelopes.map(([id]) => id)

const server = createServer((request, response) => {
  const [, envelope, code] = request.url!.split('/')
  if (code === 'ok') {
    response.end('{}')
    return
  }
  if (code === 'truncated') {
    response.writeHead(404, { 'Content-Length': 100 }).write('{"error"', () => response.destroy())
    return
  }
  const responder = createResponder({ envelope: envelope as 'ai-api', onError: () => {} })
  sendError(
    responder as never,
    code === 'quota' ? new QuotaExceeded() : new ModelNotFound({ model: 'gpt-9' }),
    request,
    response,
  )
})
const folder = mkdtempSync(join(tmpdir(), 'faultline-'))
let url: string

beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true })
})

describe('explain', () => {
  test.each(idsWithJson)('explains a response from a URL in %s', async (id) => {
    const { code, out } = await runCli(['explain', '--json', `${url}/${id}/model`])
    const explanation = JSON.parse(out) as { envelopes: string[] }
    expect(code).toBe(0)
    expect(explanation).toMatchObject({ status: 404, retryable: false })
    expect(explanation.envelopes).toContain(id)
  })

  test('explains a plain text in the envelope that is named', async () => {
    const { out } = await runCli(['explain', '--envelope', 'ai-sdk-ui', `${url}/ai-sdk-ui/model`])
    expect(out).toContain("Model 'gpt-9' not found")
  })

  test.each(['explain', 'diff'])('reports a truncated response: %s', async (command) => {
    const truncated = `${url}/ai-api/truncated`
    const { code, err } = await runCli(
      command === 'diff' ? [command, truncated, truncated] : [command, truncated],
    )
    expect(code).toBe(2)
    expect(err).toMatch(/^faultline: cannot fetch http:.*\/truncated: .+\n$/)
  })

  test('prints no control characters of a response', async () => {
    const error = {
      message: 'a\nb \u001B]0;c\u0007\u009B31m',
      type: 'invalid_request_error',
      param: null,
      code: 'x',
    }
    const { out } = await runCli(
      ['explain', '-'],
      `HTTP/1.1 404 Not Found\r\n\r\n${JSON.stringify({ error })}`,
    )
    expect(out).toContain('  message     a b ?]0;c??31m\n')
  })

  test('prints the code, the retryability and the remedy', async () => {
    const { out } = await runCli(['explain', `${url}/openai/quota`])
    expect(out).toContain('429 quota_exceeded\n')
    expect(out).toContain('  envelope    openai')
    expect(out).toContain('  retry       no\n')
    expect(out).toContain('  remedy      Raise the quota')
    expect(out).toMatch(/ {2}request id {2}req_[a-z0-9]{24}\n/)
  })

  test.each([
    [
      500,
      'internal_error',
      '{"success":false,"error":{"code":"internal_error","message":"m"}}',
      'yes, at most 2 attempts in all',
    ],
    [502, 'upstream_error', '{"success":false,"error":{"code":"upstream_error","message":"m"}}', 'no'],
    [
      500,
      'internal_error',
      '{"success":false,"error":{"code":"INTERNAL_ERROR","message":"m"},"meta":{"request_id":"req_1"}}',
      'yes, at most 3 attempts in all, at least 2 s, then 4 s between attempts',
    ],
    [502, 'model_timeout', '{"error":{"type":"bad_gateway","code":"model_timeout","message":"m"}}', 'yes'],
  ])('prints the retry policy of the document: %i %s', async (status, code, body, retry) => {
    const { out } = await runCli(['explain', '-'], `HTTP/1.1 ${status} X\r\n\r\n${body}`)
    expect(out).toContain(`${status} ${code}\n`)
    expect(out).toContain(`  retry       ${retry}\n`)
  })

  test('reads the output of curl -i from a file or from standard input', async () => {
    const printed = [
      'HTTP/1.1 100 Continue',
      '',
      'HTTP/2 429',
      'content-type: application/json',
      'retry-after: 7',
      'x-request-id: req_1',
      '',
      '{"error":{"type":"rate_limit_exceeded","code":"rate_limit_exceeded","message":"Slow down"}}',
    ].join('\r\n')
    writeFileSync(join(folder, 'response.txt'), printed)
    for (const { out } of [
      await runCli(['explain', '--json', join(folder, 'response.txt')]),
      await runCli(['explain', '--json', '-'], printed),
    ]) {
      expect(JSON.parse(out)).toMatchObject({
        status: 429,
        code: 'rate_limit_exceeded',
        retryable: true,
        retryAfter: 7,
        message: 'Slow down',
        requestId: 'req_1',
      })
    }
  })

  test('reads a body without a head in the specified envelope', async () => {
    const body = '{"detail":{"type":"not_found_error","message":"m","code":404,"origin":"OpenAI"}}'
    const { out } = await runCli(['explain', '--envelope', 'humanloop', '--json', '-'], body)
    expect(JSON.parse(out)).toMatchObject({
      status: 404,
      code: 'not_found',
      origin: 'OpenAI',
      description: 'The requested resource does not exist.',
      remedy: 'Check the path and the id.',
    })
  })

  test('explains the HTML page of a proxy by its status', async () => {
    const { out } = await runCli(['explain', '-'], 'HTTP/1.1 502 Bad Gateway\n\n<html>nginx</html>')
    expect(out).toMatch(/^502 upstream_error\n {2}envelope {4}unknown\n/)
  })

  const nothingToExplain = {
    code: 1,
    out: '',
    err: 'faultline: the body matches no envelope and no status is given; pipe the output of `curl -si`\n',
  }

  test.each([
    ['an empty input', ''],
    ['a body that is not an error', '{"hello":1}'],
    ['a successful body', '{"success":true}'],
    ['an HTML page', '<html>nginx</html>'],
    ['a list', '[]'],
    ['a message without a code', '{"error":{"message":"No"}}'],
    ['the detail of FastAPI, which is the same for each status', '{"detail":"Not Found"}'],
  ])('exits with 1 for %s without a head', async (_, body) => {
    expect(await runCli(['explain', '-'], body)).toEqual(nothingToExplain)
    expect(await runCli(['explain', '--json', '-'], body)).toEqual(nothingToExplain)
  })

  test('exits with 1 for a body without a head that the specified envelope does not match', async () => {
    expect(await runCli(['explain', '--envelope', 'ai-api', '-'], '{"hello":1}')).toEqual(nothingToExplain)
  })

  test('reads the detail of a specified envelope without a head', async () => {
    const args = ['explain', '--envelope', 'compactifai', '-']
    const { code, out } = await runCli(args, '{"detail":"Token is not associated with a valid user"}')
    expect([code, out]).toEqual([0, expect.stringMatching(/^401 unauthenticated\n/)])
  })

  test('explains the detail of FastAPI by its status', async () => {
    const { code, out } = await runCli(['explain', '-'], 'HTTP/1.1 404 Not Found\n\n{"detail":"Not Found"}')
    expect([code, out]).toEqual([0, expect.stringMatching(/^404 not_found\n/)])
  })

  test.each([
    ['a code of the taxonomy', '{"message":"No","code":"RATE_LIMIT_EXCEEDED"}', 'rate_limit_exceeded'],
    ['a status in the body', '{"statusCode":404,"message":"No","error":"Not Found"}', 'not_found'],
  ])('explains %s without a head', async (_, body, code) => {
    const { out } = await runCli(['explain', '--json', '-'], body)
    expect(JSON.parse(out)).toMatchObject({ code })
  })

  test.each(jsonEnvelopes.filter(([id]) => id !== 'compactifai'))(
    'explains each body of %s without a head',
    async (id, envelope) => {
      for (const error of Object.values(errorClasses)) {
        const { body } = exampleResponse(envelope, error)
        const { code, out } = await runCli(['explain', '--json', '-'], body)
        expect([error.code, code]).toEqual([error.code, 0])
        expect(JSON.parse(out)).toMatchObject({ envelopes: expect.arrayContaining([id]) })
      }
    },
  )

  test('exits with 1 for a response that is not an error', async () => {
    expect(await runCli(['explain', `${url}/ai-api/ok`])).toEqual({
      code: 1,
      out: '',
      err: 'faultline: not an error response\n',
    })
  })

  test.each([
    [['explain', 'http://127.0.0.1:2/'], /^faultline: cannot fetch http:\/\/127\.0\.0\.1:2\/: /],
    [['explain', join(folder, 'nothing.txt')], /cannot read .*nothing\.txt: ENOENT/],
    [['explain', '-', '--envelope', 'nope'], /^faultline: unknown envelope "nope"; known ids: a15t, ai-api/],
    [['list', '--envelope', 'opnai'], /^faultline: unknown envelope "opnai"; did you mean "openai"\? Known/],
    [['list', 'nope'], /^faultline: Unknown error code "nope"; run `faultline list` for all codes\n$/],
    [['list', '--errors', 'nope.js'], /^faultline: nope\.js does not exist\n$/],
    [
      ['list', '--errors', fixture('no-errors.ts')],
      /no-errors\.ts does not export a class that extends ApiError\n$/,
    ],
    [
      ['list', '--errors', fixture('wrong-error.ts')],
      /^faultline: .*wrong-error\.ts: class Wrong has the code "Wrong Code"; it must be snake_case/,
    ],
    [['list', '--envelope', fixture('errors.ts')], /errors\.ts exports 0 envelopes; expected exactly one\n$/],
    ...['list', 'openapi', 'docs', 'diff'].map((command): [string[], RegExp] => [
      command === 'diff'
        ? [command, fixture('constructor-error.ts'), fixture('errors.ts')]
        : [command, '--errors', fixture('constructor-error.ts')],
      /constructor-error\.ts: cannot create an example of UserQuotaExceeded: Cannot read properties of undefined/,
    ]),
    [
      ['list', '--envelope', fixture('incomplete-envelope.ts')],
      /incomplete-envelope\.ts: .* it has no contentType, lookup, errorEvents; use extendEnvelope\(/,
    ],
    [['nope'], /^faultline: unknown command 'nope'\n/],
    [['explain'], /^faultline: missing required argument 'source'\n/],
    [['list', '--colour'], /^faultline: unknown option '--colour'\n/],
  ])('%j exits with 2', async (args, message) => {
    const { code, out, err } = await runCli(args)
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(message)
  })
})

describe('list', () => {
  test('prints every error as the envelope renders it', async () => {
    const { out } = await runCli(['list', '--envelope', 'anthropic'])
    const [header, ...lines] = out.trim().split('\n')
    expect(header).toMatch(/^code +status {2}retry {2}error\.type +error\.details\.error_code +description$/)
    expect(lines).toHaveLength(Object.keys(errorClasses).length)
    expect(out).toMatch(
      /^rate_limit_exceeded +429 {5}retry {2}rate_limit_error +- +The rate limit of the API key is exceeded\.$/m,
    )
    const { out: json } = await runCli(['list', '--json', 'quota_exceeded'])
    expect(JSON.parse(json)).toEqual({
      envelope: 'ai-api',
      contentType: 'application/json; charset=utf-8',
      schema: envelopes['ai-api'].schema,
      errors: [
        {
          code: 'quota_exceeded',
          wire: 'QUOTA_EXCEEDED',
          // The status and message of the envelope's document.
          status: 403,
          retryable: false,
          message: 'Monthly quota exceeded',
          headers: ['x-request-id'],
        },
      ],
    })
  })
})

describe('the list of an envelope with types and codes', () => {
  test('has a column for each, with the values that a server sends', async () => {
    const { out } = await runCli(['list', '--envelope', 'openai', 'endpoint_not_found', 'conflict', 'gone'])
    const rows = out
      .trim()
      .split('\n')
      .map((line) => line.split(/ {2,}/).slice(0, -1))
    expect(rows).toEqual([
      ['code', 'status', 'retry', 'error.code', 'error.type'],
      ['endpoint_not_found', '404', 'endpoint_not_found', 'invalid_request_error'],
      ['conflict', '409', 'null', 'invalid_request_error'],
      ['gone', '410', 'gone', 'invalid_request_error'],
    ])
  })

  test('has the sent code in its JSON', async () => {
    const { out } = await runCli(['list', '--envelope', 'openai', '--json', 'endpoint_not_found', 'conflict'])
    expect(JSON.parse(out)).toMatchObject({
      errors: [{ wire: 'endpoint_not_found' }, { wire: 'invalid_request_error' }],
    })
  })

  test.each(jsonEnvelopes)('shows the values that the bodies of %s contain', async (id, envelope) => {
    const { out } = await runCli(['list', '--envelope', id])
    const [header = '', ...lines] = out.trim().split('\n')
    const columns = header.split(/ {2,}/).slice(3, -1)
    const classes = Object.values(errorClasses)
    expect(columns.length).toBeGreaterThan(0)
    for (const [index, error] of classes.entries()) {
      const body: unknown = JSON.parse(exampleResponse(envelope, error).body)
      for (const column of columns) {
        const leaf = listLeaves(body).find(({ path }) => formatPath(path) === column)
        expect(lines[index]?.split(/ {2,}/)).toContain(leaf === undefined ? '-' : String(leaf.value))
      }
    }
  })
})

describe('modules with custom errors and envelopes', () => {
  test('may export error classes as members of the default export', async () => {
    const { out } = await runCli([
      'list',
      'out_of_credits',
      'pet_gone',
      '--errors',
      fixture('grouped-errors.ts'),
    ])
    expect(out).toMatch(/^code .*\nout_of_credits .*\npet_gone .*\n$/)
  })

  test('are loaded by path', async () => {
    const args = ['list', 'out_of_credits', 'model_not_found', '--errors', fixture('errors.ts')]
    const { out } = await runCli(args)
    expect(out).toMatch(/^out_of_credits {3}402 {12}OUT_OF_CREDITS +/m)
    const { out: json } = await runCli([...args, '--envelope', fixture('envelope.ts'), '--json'])
    expect(JSON.parse(json)).toMatchObject({
      envelope: 'pets',
      errors: [
        { code: 'out_of_credits', status: 402 },
        { code: 'model_not_found', status: 404 },
      ],
    })
  })
})

describe('openapi', () => {
  test('prints responses and components', async () => {
    const { out } = await runCli(['openapi', 'model_not_found', 'rate_limit_exceeded'])
    const document = JSON.parse(out) as { responses: object; components: { schemas: object } }
    expect(Object.keys(document.responses)).toEqual(['404', '429'])
    expect(Object.keys(document.components.schemas)).toEqual([
      'Error',
      'ErrorModelNotFound',
      'ErrorRateLimitExceeded',
    ])
  })
})

describe('the executable', () => {
  const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))

  test('prints help with examples and exit codes', () => {
    const { status, stdout } = spawnSync(process.execPath, [main, '--help'], { encoding: 'utf8' })
    expect(status).toBe(0)
    expect(stdout).toContain('curl -si https://api.example/v1/models | faultline explain -')
    expect(stdout).toContain('Exit codes: 0 success, 1 findings')
  })

  test('exits without an error if the reader closes its output', async () => {
    const child = spawn(process.execPath, [main, 'docs'], { stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.once('data', () => child.stdout.destroy())
    const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'close')])
    expect([code, stderr]).toEqual([0, ''])
  })

  test('reads standard input and sets the exit code', () => {
    const { status, stdout } = spawnSync(process.execPath, [main, 'explain', '-'], {
      input: 'HTTP/1.1 200 OK\n\n{}',
      encoding: 'utf8',
    })
    expect([status, stdout]).toEqual([1, ''])
  })
})
