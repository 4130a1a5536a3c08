import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseError } from '@faultline/client'
import {
  attach,
  createResponder,
  guardConnection,
  InternalError,
  InvalidApiKey,
  InvalidFieldValue,
  PermissionDenied,
  RateLimitExceeded,
  rejectUpgrade,
  type ApiError,
  type EnvelopeId,
} from '@faultline/node'
import { listen } from '@faultline/test-kit'
import { OpenAI } from 'openai'
import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import { ResponsesWS } from 'openai/resources/responses/ws'
import { afterAll, describe, expect, test } from 'vitest'
import { WebSocketServer } from 'ws'

const SECRET = 'postgres://admin:hunter2@db'
const folder = mkdtempSync(join(tmpdir(), 'faultline-'))
const certificate = { key: join(folder, 'key.pem'), cert: join(folder, 'cert.pem') }

afterAll(() => {
  rmSync(folder, { recursive: true })
})

/** The SDK connects to the Realtime API only over TLS. */
function createCertificate(): { key: Buffer; cert: Buffer } {
  const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1']
  const output = ['-keyout', certificate.key, '-out', certificate.cert]
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2']
  execFileSync('openssl', [...request, ...name, ...output], { stdio: 'ignore' })
  return { key: readFileSync(certificate.key), cert: readFileSync(certificate.cert) }
}

const hasOpenssl = spawnSync('openssl', ['version']).status === 0
const tls = hasOpenssl ? createCertificate() : undefined

/** Starts a server that fails for each event, with the error that the event names. */
async function start(envelope: EnvelopeId, errors: Readonly<Record<string, () => unknown>>) {
  const reported: ApiError[] = []
  const responder = createResponder({
    envelope,
    onError: (error: ApiError) => void reported.push(error),
  })
  const server = attach(createServer({ ...tls }), responder)
  const sockets = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request, connection, head) => {
    if (request.headers.authorization === 'Bearer sk-test')
      sockets.handleUpgrade(request, connection, head, (socket) =>
        sockets.emit('connection', socket, request),
      )
    else rejectUpgrade(responder, new InvalidApiKey(), request, connection)
  })
  sockets.on(
    'connection',
    guardConnection(responder, (socket, _request, guard) => {
      socket.on(
        'message',
        guard(async (data: Buffer) => {
          throw errors[(JSON.parse(data.toString()) as { instructions: string }).instructions]?.()
        }),
      )
    }),
  )
  const url = (await listen(server)).replace('http:', 'https:')
  const client = (apiKey = 'sk-test') => new OpenAI({ apiKey, baseURL: `${url}/v1` })
  return { reported, client }
}

const errors = {
  field: () => new InvalidFieldValue({ field: 'session.voice', issue: 'must be alloy' }),
  limit: () => new RateLimitExceeded({ retryAfter: 7 }),
  denied: () => new PermissionDenied(),
  internal: () => new InternalError({ message: SECRET }),
  unknown: () => new Error(SECRET),
}

const options = { ca: tls?.cert }

describe.skipIf(!hasOpenssl)("the OpenAI SDK's client of the Realtime API", () => {
  async function connect(envelope: EnvelopeId) {
    const { client, reported } = await start(envelope, errors)
    const realtime = new OpenAIRealtimeWS({ model: 'm', options }, client())
    const events: { readonly message: string; readonly error?: object | undefined }[] = []
    realtime.on('error', (error) => void events.push(error))
    await new Promise<void>((resolve) => realtime.socket.once('open', resolve))
    async function fail(name: keyof typeof errors) {
      const { length } = events
      realtime.send({
        type: 'response.create',
        event_id: `event_${name}`,
        // The test server reads the name of the error from it.
        ...{ instructions: name },
      })
      await expect.poll(() => events.length).toBe(length + 1)
      return events[length]
    }
    return { realtime, fail, events, reported }
  }

  test.each(['openai', 'universal'] as const)(
    'emits errors with their code and message: %s',
    async (envelope) => {
      const { realtime, fail, events, reported } = await connect(envelope)
      expect(await fail('field')).toMatchObject({
        event_id: expect.stringMatching(/^event_[a-z0-9]{24}$/),
        error: {
          type: 'invalid_request_error',
          code: 'invalid_value',
          param: 'session.voice',
          message: "Field 'session.voice' is invalid: must be alloy",
          event_id: 'event_field',
        },
      })
      expect(await fail('limit')).toMatchObject({
        message: expect.stringContaining('Rate limit exceeded code=rate_limit_exceeded'),
        error: { type: 'rate_limit_error', code: 'rate_limit_exceeded', event_id: 'event_limit' },
      })
      for (const name of ['internal', 'unknown'] as const)
        expect(await fail(name)).toMatchObject({ error: { code: 'server_error', event_id: `event_${name}` } })
      expect(JSON.stringify(events.map(({ message, error }) => [message, error]))).not.toContain('hunter2')
      expect(reported.map(({ code }) => code)).toEqual([
        'invalid_field_value',
        'rate_limit_exceeded',
        'internal_error',
        'internal_error',
      ])
      expect(realtime.socket.readyState).toBe(realtime.socket.OPEN)
      realtime.close()
    },
  )

  test('emits an error with the status of a rejected upgrade', async () => {
    const { client, reported } = await start('openai', errors)
    const realtime = new OpenAIRealtimeWS({ model: 'm', options }, client('sk-wrong'))
    const error = await new Promise<Error>((resolve) => realtime.on('error', resolve))
    expect(error.message).toBe('Unexpected server response: 401')
    expect(reported.map(({ code }) => code)).toEqual(['invalid_api_key'])
  })
})

describe.skipIf(!hasOpenssl)("the OpenAI SDK's client of the Responses API over WebSocket", () => {
  test.each(['openai-responses', 'universal'] as const)(
    'emits errors with their code, status and wait: %s',
    async (envelope) => {
      const { client, reported } = await start(envelope, errors)
      const responses = new ResponsesWS(client(), options)
      const events: { readonly message: string; readonly error?: unknown }[] = []
      responses.on('error', (error) => void events.push(error))
      for (const [index, name] of (['limit', 'denied', 'internal'] as const).entries()) {
        responses.send({ type: 'response.create', model: 'm', instructions: name })
        await expect.poll(() => events.length).toBe(index + 1)
      }
      expect(events).toMatchObject([
        {
          message: 'Rate limit exceeded',
          error: {
            type: 'error',
            status: 429,
            error: { code: 'rate_limit_exceeded' },
            headers: { 'retry-after': '7' },
          },
        },
        { error: { status: 403 } },
        { error: { status: 500, error: { code: 'server_error' } } },
      ])
      const parsed = await Promise.all(events.map(({ error }) => parseError({ body: error })))
      expect(parsed.map(({ code, status, retryAfter }) => [code, status, retryAfter])).toEqual([
        ['rate_limit_exceeded', 429, 7],
        ['permission_denied', 403, undefined],
        ['internal_error', 500, undefined],
      ])
      expect(JSON.stringify(events.map(({ error }) => error))).not.toContain('hunter2')
      expect(reported).toHaveLength(3)
      responses.close()
    },
  )
})
