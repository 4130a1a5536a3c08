import { Readable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  Conflict,
  createResponder,
  EventParser,
  parseEvents,
  type ApiError,
  type ErrorHook,
  type Responder,
} from '../src/index.ts'
import { guardResponse, stream, type StreamSource } from '../src/web.ts'

function createTestResponder(onError: ErrorHook<Request> = () => {}): Responder<Request> {
  return createResponder<Request>({ envelope: 'ai-api', onError })
}

async function guardStream(source: StreamSource): Promise<Response> {
  return guardResponse(createTestResponder(), await stream(source), new Request('http://localhost/'))
}

async function* chunks(...values: (string | object | Error)[]): AsyncGenerator<string | object> {
  for (const chunk of values) {
    if (chunk instanceof Error) throw chunk
    yield chunk
  }
}

describe('stream', () => {
  test.each([
    ['an async iterable', () => chunks('a', 'b')],
    ['an iterable', () => ['a', 'b']],
    ['a Readable', () => Readable.from(['a', 'b'])],
    ['a ReadableStream', () => ReadableStream.from(['a', 'b'])],
    ['a function that returns one', () => () => chunks('a', 'b')],
    ['bytes', () => [new Uint8Array([97]), new Uint8Array([98])]],
  ])('accepts %s', async (_, source) => {
    const response = await stream(source(), { contentType: 'text/plain' })
    expect([response.status, await response.text()]).toEqual([200, 'ab'])
    expect(response.headers.get('content-type')).toBe('text/plain')
  })

  test('sends objects as events, and strings unchanged with any content type', async () => {
    expect(await (await stream([{ n: 1 }, { text: 'a\nb' }])).text()).toBe(
      'data: {"n":1}\n\ndata: {"text":"a\\nb"}\n\n',
    )
    const lines = await stream(['{}\n'], {
      contentType: 'application/jsonl',
      status: 201,
      headers: { 'x-a': 'b' },
    })
    expect([lines.status, lines.headers.get('x-a'), await lines.text()]).toEqual([201, 'b', '{}\n'])
    await expect(stream([{}], { contentType: 'text/csv' })).rejects.toThrow(
      'stream: a chunk is an object, but the content type is not an event stream, newline-delimited JSON or JSON',
    )
  })

  test('sends the status, the content type and the headers of a Response with its body', async () => {
    const upstream = new Response('data: 1\n\n', {
      status: 202,
      headers: { 'content-type': 'text/event-stream', 'content-length': '9', 'x-a': '1', 'x-b': '2' },
    })
    const response = await stream(upstream, { headers: { 'x-b': '3' } })
    expect([response.status, await response.text()]).toEqual([202, 'data: 1\n\n'])
    expect(Object.fromEntries(response.headers)).toEqual({
      'cache-control': 'no-cache',
      'content-type': 'text/event-stream',
      'x-a': '1',
      'x-accel-buffering': 'no',
      'x-b': '3',
    })
  })

  test('rejects with the error of a source that fails before its first chunk', async () => {
    await expect(stream(chunks(new Conflict()))).rejects.toThrow(Conflict)
  })

  test.each([[null], [undefined], [7], [{}], ['a string']])(
    'rejects a source that is not iterable: %j',
    async (source) => {
      await expect(stream(source as never)).rejects.toThrow(
        'stream: source must be an (async) iterable, a ReadableStream, a Response, or a function that returns one',
      )
    },
  )

  test('ends with an error event if the source fails later and the response is guarded', async () => {
    const reported: ApiError[] = []
    const responder = createResponder<Request>({
      envelope: 'ai-api',
      onError: (error) => void reported.push(error),
    })
    const request = new Request('http://localhost/')
    const response = await guardResponse(responder, await stream(chunks({ n: 1 }, new Conflict())), request)
    expect(await response.text()).toMatch(/^data: \{"n":1\}\n\nevent: error\ndata: .*"CONFLICT".*\n\n$/)
    expect(reported.map(({ code }) => code)).toEqual(['conflict'])
  })

  test('sends the part of an event when the event is complete, and drops it if the source fails', async () => {
    const response = await guardStream(
      chunks('data: 1\n', '\ndata: {"a', '":1}\n\nda', 'ta: {"b', new Conflict()),
    )
    expect(await response.text()).toMatch(/^data: 1\n\ndata: \{"a":1\}\n\nevent: error\ndata: .*\n\n$/)
  })

  test('answers with the status of an error before the first complete event', async () => {
    await expect(stream(chunks('data: {"a', new Conflict()))).rejects.toThrow(Conflict)
    const body = ReadableStream.from(chunks('data: {"a', new Conflict())).pipeThrough(new TextEncoderStream())
    const response = new Response(body, { headers: { 'content-type': 'text/event-stream' } })
    expect(
      (await guardResponse(createTestResponder(), response, new Request('http://localhost/'))).status,
    ).toBe(409)
  })

  test('sends the last event of a source that ends without a blank line', async () => {
    const response = await guardStream(['data: 1\n\ndata: [DONE]'])
    expect(await response.text()).toBe('data: 1\n\ndata: [DONE]')
  })

  test('cuts an event stream at an event that is larger than the maximum', async () => {
    const reported: string[] = []
    const responder = createTestResponder((error) => void reported.push(String(error.cause)))
    const source = await stream(chunks('data: 1\n\n', 'data: 23', '456789'), { maxEventSize: 10 })
    const response = await guardResponse(responder, source, new Request('http://localhost/'))
    await expect(response.text()).rejects.toThrow('The response was aborted')
    expect(reported).toEqual([
      'OversizeEventError: stream: an event, line or array item has more than 10 bytes; end each event with a blank line and each line with a line feed, or raise `maxEventSize`',
    ])
  })

  test.each([
    ['text', '<html>'],
    ['bytes', new TextEncoder().encode('{"error":{}}')],
  ])('rejects an event stream whose first chunk of %s begins no event', async (_, chunk) => {
    await expect(stream([chunk])).rejects.toThrow('stream: an event stream cannot begin with the text')
  })

  test.each(['data: 1\n\n', '\uFEFFdata: 1\n\n', ': ping\n\n', '\r\n\r\n', 'retry: 1\n\n'])(
    'accepts an event stream that begins with %j, also byte by byte',
    async (text) => {
      const bytes = new TextEncoder().encode(text)
      const response = await stream([...bytes].map((byte) => Uint8Array.of(byte)))
      expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes)
    },
  )

  test('for any events and any failure, sends whole events and one error event', async () => {
    const event = fc.constantFrom(
      'data: 1\n\n',
      'event: a\r\ndata: ä€😀\r\n\r\n',
      ': ping\n',
      'id: 7\rdata\r\r',
    )
    await fc.assert(
      fc.asyncProperty(fc.array(event), fc.array(fc.nat(120)), fc.nat(120), async (events, cuts, length) => {
        const bytes = new TextEncoder().encode(events.join('')).subarray(0, length)
        const ends = [...cuts, bytes.length].filter((end) => end <= bytes.length).toSorted((a, b) => a - b)
        const pieces = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
        const response = await guardStream(chunks({ start: 1 }, ...pieces, new Conflict()))
        const sent = parseEvents(await response.text())
        const complete = [...new EventParser().push(new TextDecoder().decode(bytes))]
        expect(sent.slice(1, -1)).toEqual(complete)
        expect(sent.at(-1)?.event).toBe('error')
      }),
      { numRuns: 100 },
    )
  })

  test.each([
    ['objects', [{ n: 1 }]],
    ['text', ['{"n":', '1}\n{"n"']],
  ])('ends newline-delimited JSON of %s that fails with the error as a line', async (_, parts) => {
    const source = await stream(chunks(...parts, new Conflict()), { contentType: 'application/x-ndjson' })
    const response = await guardResponse(createTestResponder(), source, new Request('http://localhost/'))
    const lines = (await response.text()).split('\n')
    expect(lines).toEqual(['{"n":1}', expect.stringMatching(/^\{.*"CONFLICT".*\}$/), ''])
  })

  test.each([
    ['objects', [{ n: 1 }, { n: 2 }]],
    ['text', ['[{"n":', '1}\n,{"n":2},{"n"']],
  ])('ends a JSON array of %s that fails with the error as an item', async (_, parts) => {
    const responder = createResponder<Request>({ envelope: 'google', onError: () => {} })
    const source = await stream(chunks(...parts, new Conflict()), { contentType: 'application/json' })
    const response = await guardResponse(responder, source, new Request('http://localhost/'))
    expect(await response.json()).toMatchObject([{ n: 1 }, { n: 2 }, { error: { code: 409 } }])
  })

  test('sends a JSON array that does not fail', async () => {
    const options = { contentType: 'application/json' }
    expect(await (await stream([{ n: 1 }, { n: 2 }], options)).json()).toEqual([{ n: 1 }, { n: 2 }])
    expect(await (await stream(['[1,', '2 ]'], options)).text()).toBe('[1,2 ]')
    expect(await (await stream([], options)).text()).toBe('[]')
  })

  test('truncates a JSON array that fails in an envelope whose clients recognize no error in it', async () => {
    const source = await stream(chunks({ n: 1 }, new Conflict()), { contentType: 'application/json' })
    const response = await guardResponse(createTestResponder(), source, new Request('http://localhost/'))
    await expect(response.text()).rejects.toThrow('The response was aborted')
  })

  test('stops the source when the body is cancelled', async () => {
    const calls: string[] = []
    const response = await stream(async function* generate(signal) {
      signal.addEventListener('abort', () => calls.push('signal'))
      try {
        for (;;) yield ': a\n'
      } finally {
        calls.push('ended')
      }
    })
    const reader = response.body!.getReader()
    await reader.read()
    await reader.cancel()
    await expect.poll(() => calls).toEqual(['signal', 'ended'])
  })
})
