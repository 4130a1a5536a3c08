import { readEvents } from '@faultline/client'
import { createResponder, sendError, stream } from '@faultline/node'
import { reserveClosedPort, serve, waitUntil } from '@faultline/test-kit'
import fc from 'fast-check'
import type { RequestListener, ServerResponse } from 'node:http'
import { describe, expect, test } from 'vitest'
import { passThrough, type PassThroughOptions } from '../src/index.ts'

const EVENTS = 'text/event-stream'
const JSON_TYPE = 'application/json'

/** Two events of a chat completion, with CRLF and a comment, and its end. */
const delta = (text: string): string =>
  `data: {"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"${text}"},"finish_reason":null}]}\r\n\r\n`
const DONE =
  'data: {"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
const COMPLETE = `: OPENROUTER PROCESSING\n\n${delta('é漢')}${delta('😀')}${DONE}`

const reported: string[] = []
const responder = createResponder({
  envelope: 'openai',
  onError: (error) => void reported.push(error.code),
})

/** Starts a gateway on node:http in front of an upstream. */
async function serveGateway(
  upstream: RequestListener | string,
  options: PassThroughOptions = {},
): Promise<string> {
  reported.length = 0
  const url = typeof upstream === 'string' ? upstream : await serve(upstream)
  return serve((request, response) => {
    handle(response).catch((error: unknown) => sendError(responder, error, request, response))
  })

  async function handle(response: ServerResponse): Promise<void> {
    await stream(response, await passThrough(fetch(url), { origin: 'openai', ...options }))
  }
}

/** An upstream that sends pieces and then ends, or closes the connection. */
function send(contentType: string, pieces: readonly (string | Uint8Array)[], isCut = false): RequestListener {
  return (_request, response) => void write(response)

  async function write(response: ServerResponse): Promise<void> {
    response.writeHead(200, {
      'content-type': contentType,
      'x-ratelimit-remaining-requests': '3',
      'x-request-id': 'req_up',
    })
    for (const piece of pieces) await new Promise((resolve) => response.write(piece, resolve))
    if (isCut) response.destroy()
    else response.end()
  }
}

async function readAll(response: Response): Promise<void> {
  for await (const _ of readEvents(response));
}

async function readError(url: string): Promise<[status: number, code: unknown]> {
  const response = await fetch(url)
  const { error } = (await response.json()) as { error: { code: string | null; type: string } }
  return [response.status, error.code ?? error.type]
}

describe('a response that succeeds', () => {
  test.each([
    [EVENTS, COMPLETE],
    [EVENTS, 'data: 1\n\ndata: [DONE]'],
    ['application/x-ndjson', '{"a":1}\n{"error":null}\n'],
    [JSON_TYPE, '{"choices": [ {"message":{"content":"é"}} ] }'],
    [JSON_TYPE, `[{"candidates":[]},\n{"candidates":["${'x'.repeat(400_000)}"]}]`],
    [JSON_TYPE, `{"data":"${'x'.repeat(400_000)}"}`],
    ['audio/mpeg', 'ID3\u0000'],
  ])('of type %s is passed on byte by byte', async (contentType, body) => {
    const url = await serveGateway(send(contentType, [body]))
    const response = await fetch(url)
    expect([response.status, response.headers.get('content-type')]).toEqual([200, contentType])
    expect(await response.text()).toBe(body)
    expect(response.headers.get('x-upstream-request-id')).toBe('req_up')
    expect(reported).toEqual([])
  })

  test('keeps a byte order mark and bytes that are not UTF-8 in JSON', async () => {
    const bytes = Buffer.concat([Buffer.from('\uFEFF{"a":"'), Buffer.from([0xff]), Buffer.from('"}')])
    const response = await fetch(await serveGateway(send(JSON_TYPE, [bytes])))
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true)
  })

  test('is passed on in whole events regardless of how it arrives', async () => {
    const bytes = new TextEncoder().encode(COMPLETE)
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 8 }), async (cuts) => {
        const ends = [...cuts.toSorted((a, b) => a - b), bytes.length]
        const pieces = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
        const body = ReadableStream.from(pieces)
        const upstream = new Response(body, { headers: { 'content-type': EVENTS } })
        expect(await (await passThrough(upstream)).text()).toBe(COMPLETE)
      }),
      { numRuns: 100 },
    )
  })

  test.each<[PassThroughOptions, string | null]>([
    [{}, null],
    [{ credentials: 'caller' }, '3'],
    [{ rateLimitHeaders: true }, '3'],
    [{ credentials: 'caller', rateLimitHeaders: false }, null],
  ])('has the rate limits of the upstream with %j: %s', async (options, remaining) => {
    const url = await serveGateway(send(JSON_TYPE, ['{}']), options)
    expect((await fetch(url)).headers.get('x-ratelimit-remaining-requests')).toBe(remaining)
  })
})

describe('a failure before the first event is an error response', () => {
  test.each<[string, RequestListener, [number, string]]>([
    [
      'an error response',
      (_, response) => response.writeHead(429, { 'retry-after': '7' }).end('{"error":{"message":"m"}}'),
      [429, 'rate_limit_exceeded'],
    ],
    ['a closed connection', (_, response) => response.destroy(), [502, 'upstream_error']],
    [
      'an error with status 200',
      send(JSON_TYPE, ['{"error":{"message":"Overloaded","type":"server_error","code":"overloaded"}}']),
      [503, 'server_is_overloaded'],
    ],
    ['a page', send('text/html', ['<html><p>Log in</p></html>']), [500, 'failed_request']],
    ['JSON that cannot be parsed', send(JSON_TYPE, ['{"choices":']), [500, 'failed_request']],
    ['JSON that is cut', send(JSON_TYPE, ['{"choices":'], true), [502, 'stream_terminated']],
    [
      'an error event',
      send(EVENTS, ['data: {"error":{"message":"Overloaded","type":"overloaded_error"}}\n\n']),
      [503, 'server_is_overloaded'],
    ],
    ['an event that is cut', send(EVENTS, ['data: {"id":"c","obj'], true), [502, 'stream_terminated']],
    [
      'an error in place of a stream',
      send(EVENTS, ['{"error":{"message":"Overloaded","code":"overloaded"}}']),
      [503, 'server_is_overloaded'],
    ],
    [
      'a line that is an error',
      send('application/x-ndjson', ['{"error":"model not found"}\n']),
      [502, 'stream_error'],
    ],
  ])('for %s', async (_, upstream, expected) => {
    expect(await readError(await serveGateway(upstream))).toEqual(expected)
    expect(reported).toHaveLength(1)
  })

  test('for a refused connection', async () => {
    expect(await readError(await serveGateway(await reserveClosedPort()))).toEqual([503, 'model_unavailable'])
  })
})

describe('a failure after the first event ends the stream in the envelope', () => {
  const first = delta('a')

  test.each<[string, RequestListener, string]>([
    [
      'an error event',
      send(EVENTS, [
        `${first}${delta('b')}data: {"error":{"message":"Slow down","code":"rate_limit_exceeded"}}\n\n`,
      ]),
      'rate_limit_exceeded',
    ],
    [
      'a connection that is cut within an event',
      send(EVENTS, [first, `${delta('b')}data: {"id":"c","obj`], true),
      'stream_terminated',
    ],
    ['a stream that ends without its last event', send(EVENTS, [first, delta('b')]), 'stream_terminated'],
    [
      'a stream that ends within an event',
      send(EVENTS, [first, delta('b'), 'data: {"id":']),
      'stream_terminated',
    ],
  ])('for %s', async (_, upstream, code) => {
    const response = await fetch(await serveGateway(upstream))
    const text = await response.clone().text()
    expect(response.status).toBe(200)
    const sent = first + delta('b')
    expect(text.startsWith(sent)).toBe(true)
    expect(text.slice(sent.length)).toMatch(/^(?:\n\n)?data: \{"error":\{[^\n]+\n\n$/)
    await expect(readAll(response)).rejects.toMatchObject({ code })
    expect(reported).toEqual([code])
  })

  test('for a line that reports an error', async () => {
    const lines = ['{"response":"a"}\n', '{"response":"b"}\n{"error":"the runner has crashed"}\n']
    const response = await fetch(await serveGateway(send('application/x-ndjson', lines)))
    const [a, b, error, end] = (await response.text()).split('\n')
    expect([a, b, end]).toEqual(['{"response":"a"}', '{"response":"b"}', ''])
    expect(JSON.parse(error!)).toMatchObject({ error: { type: 'server_error' } })
  })
})

test('an answer that a content filter ended is passed on', async () => {
  const filtered = `${delta('a')}data: {"object":"chat.completion.chunk","choices":[{"index":0,"delta":{},"finish_reason":"content_filter"}]}\n\ndata: [DONE]\n\n`
  const url = await serveGateway(send(EVENTS, [filtered]))
  expect(await (await fetch(url)).text()).toBe(filtered)
})

test('the request to the upstream is aborted when the client disconnects', async () => {
  let isClosed = false
  const url = await serveGateway((_request, response) => {
    response.on('close', () => (isClosed = true))
    response.writeHead(200, { 'content-type': EVENTS }).write(delta('a'))
  })
  const client = new AbortController()
  const response = await fetch(url, { signal: client.signal })
  await response.body!.getReader().read()
  client.abort()
  await waitUntil(() => isClosed, 'the upstream’s response is closed')
  await waitUntil(() => reported.includes('client_closed_request'), 'the disconnection is reported')
})

test('a signal that aborts ends a response, as a timeout or as a disconnection of the caller', async () => {
  const url = await serve((_request, response) => {
    response.writeHead(200, { 'content-type': JSON_TYPE }).write('{')
  })
  const signal = AbortSignal.timeout(20)
  await expect(passThrough(fetch(url), { signal })).rejects.toMatchObject({ code: 'model_timeout' })
  const caller = new AbortController()
  setTimeout(() => caller.abort(), 20)
  await expect(passThrough(fetch(url), { signal: caller.signal })).rejects.toMatchObject({
    code: 'client_closed_request',
  })
})
