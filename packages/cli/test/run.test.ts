import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { createResponder, envelopes, errorClasses, ModelNotFound, QuotaExceeded } from '@faultline/core'
import { sendError } from '@faultline/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fixture, ran } from './ran.ts'

const server = createServer((request, response) => {
  const [, envelope, code] = request.url!.split('/')
  if (code === 'ok') {
    response.end('{}')
    return
  }
  if (code === 'half') {
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
  test.each(Object.keys(envelopes))('an address that answers in %s', async (id) => {
    const { code, out } = await ran(['explain', '--json', `${url}/${id}/model`])
    const told = JSON.parse(out) as {
      envelopes: string[]
      status: number
      retryable: boolean
      requestId: string
    }
    expect(code).toBe(0)
    expect(told).toMatchObject({ status: 404, retryable: false })
    expect(told.envelopes).toContain(id)
  })

  test.each(['explain', 'diff'])('an answer that is broken off can’t be read: %s', async (command) => {
    const half = `${url}/ai-api/half`
    const { code, err } = await ran(command === 'diff' ? [command, half, half] : [command, half])
    expect(code).toBe(2)
    expect(err).toMatch(/^faultline: http:.*\/half can't be asked: .+\n$/)
  })

  test('in words, without what harms terminals', async () => {
    const error = {
      message: 'a\nb \u001B]0;c\u0007\u009B31m',
      type: 'invalid_request_error',
      param: null,
      code: 'x',
    }
    const { out } = await ran(['explain', '-'], `HTTP/1.1 404 Not Found\r\n\r\n${JSON.stringify({ error })}`)
    expect(out).toContain('  message    a b ?]0;c??31m\n')
  })

  test('in words: what it is, whether to try again, and what to do', async () => {
    const { out } = await ran(['explain', `${url}/openai/quota`])
    expect(out).toContain('429 quota_exceeded\n')
    expect(out).toContain('  envelope   openai')
    expect(out).toContain('  retry      no: the same request fails again\n')
    expect(out).toContain('  what to do Raise the quota')
    expect(out).toMatch(/ {2}request id req_[a-z0-9]{24}\n/)
  })

  test('what curl -i prints, from a file and from standard input', async () => {
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
    writeFileSync(join(folder, 'answer.txt'), printed)
    for (const { out } of [
      await ran(['explain', '--json', join(folder, 'answer.txt')]),
      await ran(['explain', '--json', '-'], printed),
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

  test('a body alone, in the envelope that is named', async () => {
    const body = '{"detail":{"type":"not_found_error","message":"m","code":404,"origin":"OpenAI"}}'
    const { out } = await ran(['explain', '--envelope', 'humanloop', '--json', '-'], body)
    expect(JSON.parse(out)).toMatchObject({ status: 404, code: 'not_found', origin: 'OpenAI' })
  })

  test('a proxy’s page by its status alone', async () => {
    const { out } = await ran(['explain', '-'], 'HTTP/1.1 502 Bad Gateway\n\n<html>nginx</html>')
    expect(out).toMatch(/^502 upstream_error\n {2}envelope {3}none that is known\n/)
  })

  test('no answer that is no failure: that is exit code 1', async () => {
    expect(await ran(['explain', `${url}/ai-api/ok`])).toEqual({
      code: 1,
      out: '',
      err: 'faultline: the answer is no failure\n',
    })
  })

  test.each([
    [['explain', 'http://127.0.0.1:2/'], /^faultline: http:\/\/127\.0\.0\.1:2\/ can't be asked: /],
    [['explain', join(folder, 'nothing.txt')], /can't be read: ENOENT/],
    [['explain', '-', '--envelope', 'nope'], /^faultline: Unknown envelope "nope"\. Known ids: a15t, ai-api/],
    [['list', 'nope'], /^faultline: There is no error "nope"; `faultline list` names them all\n$/],
    [['list', '--errors', 'nope.js'], /^faultline: nope\.js is not there\n$/],
    [
      ['list', '--errors', fixture('no-errors.ts')],
      /no-errors\.ts exports no class that extends ApiError\n$/,
    ],
    [
      ['list', '--errors', fixture('wrong-error.ts')],
      /class Wrong has the code "Wrong Code", which is not snake_case/,
    ],
    [
      ['list', '--envelope', fixture('errors.ts')],
      /errors\.ts exports no envelope, and should export one\n$/,
    ],
    ...['list', 'openapi', 'docs', 'diff'].map((command): [string[], RegExp] => [
      command === 'diff'
        ? [command, fixture('needing-error.ts'), fixture('errors.ts')]
        : [command, '--errors', fixture('needing-error.ts')],
      /needing-error\.ts: Needing can't be made for an example: Cannot read properties of undefined/,
    ]),
    [
      ['list', '--envelope', fixture('incomplete-envelope.ts')],
      /incomplete-envelope\.ts: the envelope has no frame, lookup; `defineEnvelope` makes one\n$/,
    ],
    [['nope'], /unknown command 'nope'/],
    [['explain'], /missing required argument 'source'/],
  ])('%j can’t be run as it is: that is exit code 2', async (given, said) => {
    const { code, out, err } = await ran(given)
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(said)
  })
})

describe('list', () => {
  test('names every error as the envelope sends it', async () => {
    const { out } = await ran(['list', '--envelope', 'anthropic'])
    expect(out.trim().split('\n')).toHaveLength(Object.keys(errorClasses).length)
    expect(out).toMatch(/^rate_limit_exceeded +429 {2}retry {2}rate_limit_error +The key asks too often\.$/m)
    const { out: json } = await ran(['list', '--json', 'quota_exceeded'])
    expect(JSON.parse(json)).toEqual({
      envelope: 'ai-api',
      contentType: 'application/json; charset=utf-8',
      schema: envelopes['ai-api'].schema,
      errors: [
        {
          code: 'quota_exceeded',
          wire: 'QUOTA_EXCEEDED',
          // As its document has it.
          status: 403,
          retryable: false,
          message: 'Monthly quota exceeded',
          headers: ['x-request-id'],
        },
      ],
    })
  })
})

describe('what is one’s own', () => {
  test('may be the members of what its module exports as default', async () => {
    const { out } = await ran([
      'list',
      'out_of_credits',
      'pet_gone',
      '--errors',
      fixture('grouped-errors.ts'),
    ])
    expect(out).toMatch(/^out_of_credits .*\npet_gone .*\n$/)
  })

  test('is named by the path of its module: error classes, and an envelope', async () => {
    const given = ['list', 'out_of_credits', 'model_not_found', '--errors', fixture('errors.ts')]
    const { out } = await ran(given)
    expect(out).toMatch(/^out_of_credits {3}402 {9}OUT_OF_CREDITS +/)
    const { out: own } = await ran([...given, '--envelope', fixture('envelope.ts'), '--json'])
    expect(JSON.parse(own)).toMatchObject({
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
    const { out } = await ran(['openapi', 'model_not_found', 'rate_limit_exceeded'])
    const document = JSON.parse(out) as { responses: object; components: { schemas: object } }
    expect(Object.keys(document.responses)).toEqual(['404', '429'])
    expect(Object.keys(document.components.schemas)).toEqual([
      'Error',
      'ErrorModelNotFound',
      'ErrorRateLimitExceeded',
    ])
  })
})

describe('the program', () => {
  const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))

  test('helps, with examples and exit codes', () => {
    const { status, stdout } = spawnSync(process.execPath, [main, '--help'], { encoding: 'utf8' })
    expect(status).toBe(0)
    expect(stdout).toContain('curl -si https://api.example/v1/models | faultline explain -')
    expect(stdout).toContain('Exit codes: 0')
  })

  test('says nothing where its output is not read to the end', async () => {
    const child = spawn(process.execPath, [main, 'docs'], { stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.once('data', () => child.stdout.destroy())
    const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'close')])
    expect([code, said]).toEqual([0, ''])
  })

  test('reads standard input, and gives its exit code', () => {
    const { status, stdout } = spawnSync(process.execPath, [main, 'explain', '-'], {
      input: 'HTTP/1.1 200 OK\n\n{}',
      encoding: 'utf8',
    })
    expect([status, stdout]).toEqual([1, ''])
  })
})
