import { createParser } from 'eventsource-parser'
import fc from 'fast-check'
import { serve } from '@faultline/test-kit'
import { describe, expect, test } from 'vitest'
import { EventParser } from '@faultline/core'
import {
  ApiError,
  envelopes,
  Overloaded,
  readEvents,
  type ReadEventsOptions,
  type ServerSentEvent,
} from '../src/index.ts'
import { serveBytes } from './serve-bytes.ts'

/** `npm run fuzz` sets a higher number. */
const numRuns = Number(process.env['FUZZ_RUNS'] ?? 1000)

const headers = { 'content-type': 'text/event-stream; charset=utf-8', 'x-request-id': 'r' }
const stream = (text: string | Uint8Array): Response => new Response(text, { headers })

/** Reads all events, and the error that ended the stream. */
async function readAll(response: Response, options?: ReadEventsOptions) {
  const events: ServerSentEvent[] = []
  try {
    for await (const event of readEvents(response, options)) events.push(event)
    return { events }
  } catch (error) {
    return { events, error }
  }
}
const readData = async (text: string, options?: ReadEventsOptions) => {
  const { events, error } = await readAll(stream(text), options)
  return [events.map(({ data }) => data), (error as ApiError | undefined)?.code]
}

describe('EventParser', () => {
  const parse = (chunks: readonly string[], maxSize = Infinity): ServerSentEvent[] => {
    const parser = new EventParser(maxSize)
    return chunks.flatMap((chunk) => [...parser.push(chunk)])
  }
  const line = fc.oneof(
    fc.constantFrom(
      'data: a',
      'data:b',
      'data:  c',
      'data',
      'event: e',
      'event',
      'id: 1',
      'id',
      'id: \0',
      ': note',
      '',
    ),
    fc.constantFrom('retry: 5', 'unknown: x', 'data: ä€😀', 'dataa: x', ' data: x', ':', 'data:{"a":1}'),
    fc.string().map((text) => text.replaceAll(/[\r\n]/g, '')),
  )
  const text = fc
    .array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\r', '\n\n')), { maxLength: 30 })
    .map((lines) => lines.flat().join(''))
  const splitOffsets = fc.array(fc.nat(200), { maxLength: 10 })
  const splitAt = (whole: string, offsets: readonly number[]): string[] => {
    const ends = [...offsets.toSorted((a, b) => a - b), whole.length]
    return ends.map((end, index) => whole.slice(ends[index - 1] ?? 0, end))
  }

  test('yields the same events regardless of the chunks', () => {
    fc.assert(
      fc.property(text, splitOffsets, (whole, offsets) => {
        expect(parse(splitAt(whole, offsets))).toEqual(parse([whole]))
      }),
      { numRuns },
    )
  })

  test('yields the same events as another implementation of the standard', () => {
    fc.assert(
      fc.property(text, splitOffsets, (whole, offsets) => {
        const expected: Pick<ServerSentEvent, 'event' | 'data'>[] = []
        const parser = createParser({
          onEvent: ({ event = 'message', data }) => void expected.push({ event: event || 'message', data }),
        })
        for (const chunk of splitAt(whole, offsets)) parser.feed(chunk)
        // The other implementation waits for the character after a CR.
        if (whole.endsWith('\r')) parser.feed('\n')
        expect(parse(splitAt(whole, offsets)).map(({ event, data }) => ({ event, data }))).toEqual(expected)
      }),
      { numRuns },
    )
  })

  test('keeps the last id', () => {
    const ids = parse(['data: a\n\nid: 1\ndata: b\n\nid: 2\0\ndata: c\n\nid\ndata: d\n\n']).map(
      ({ id }) => id,
    )
    expect(ids).toEqual(['', '1', '1', ''])
  })

  test('does not yield an event above the maximum size', () => {
    fc.assert(
      fc.property(text, splitOffsets, fc.nat(50), (whole, offsets, maxSize) => {
        for (const { data } of parse(splitAt(whole, offsets), maxSize))
          expect(data.length).toBeLessThanOrEqual(maxSize)
      }),
      { numRuns },
    )
  })
})

describe('readEvents', () => {
  test('yields events as they arrive', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, headers)
      response.write('\u{feff}event: delta\nid: 7\ndata: {"a":\ndata: 1}\n\n')
    })
    const events = readEvents(await fetch(url))
    expect((await events.next()).value).toEqual({ event: 'delta', data: '{"a":\n1}', id: '7' })
    await events.return()
  })

  test('decodes a character whose bytes arrive in two chunks', async () => {
    const bytes = new TextEncoder().encode('data: 😀\n\n')
    const url = await serveBytes((socket) => {
      socket.setNoDelay(true)
      socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n')
      socket.write(bytes.subarray(0, 8))
      setTimeout(() => socket.end(bytes.subarray(8)), 20)
    })
    expect(await readAll(await fetch(url))).toEqual({ events: [{ event: 'message', data: '😀', id: '' }] })
  })

  test('closes the connection when the loop ends early', async () => {
    let closed: Promise<unknown> | undefined
    const url = await serve((_, response) => {
      closed = new Promise((resolve) => {
        response.once('close', () => resolve('closed'))
      })
      response.writeHead(200, headers).write('data: a\n\n')
    })
    // oxlint-disable-next-line no-unreachable-loop -- ends at the first event
    for await (const { data } of readEvents(await fetch(url))) {
      expect(data).toBe('a')
      break
    }
    expect(await closed).toBe('closed')
  })

  test.each([
    ['named error, in any envelope', envelopes.humanloop.errorEvents(new Overloaded()), 'overloaded'],
    ['unnamed with an error in its data', envelopes.openai.errorEvents(new Overloaded()), 'overloaded'],
    [
      'unnamed of type error',
      'data: {"type":"error","code":"server_error","message":"m","sequence_number":3}\n\n',
      'internal_error',
    ],
    [
      'OpenRouter’s last chunk',
      'data: {"error":{"code":502,"message":"Gone"},"choices":[{"finish_reason":"error"}]}\n\n',
      'upstream_error',
    ],
    ['TGI’s', 'data: {"error":"Model is overloaded","error_type":"overloaded"}\n\n', 'overloaded'],
    ['named error with a text', 'event: error\ndata: it broke\n\n', 'stream_error'],
    ['named error with nothing', 'event: error\ndata\n\n', 'stream_error'],
  ])('throws the error of an event that is %s', async (_, errorEvent, code) => {
    const { events, error } = await readAll(stream(`data: a\n\n${errorEvent}data: never\n\n`))
    expect(events.map(({ data }) => data)).toEqual(['a'])
    expect(error).toMatchObject({ code, requestId: 'r' })
  })

  test.each([
    '{"error":null,"id":1}',
    '{"choices":[{"delta":{"content":"\\"error\\": no"}}]}',
    '"error"',
    '["error"]',
    'an "error"',
    '{"type":"error_rate"}',
    '{"status":"error"}',
  ])('yields an event that only mentions an error: %s', async (data) => {
    expect(await readData(`data: ${data}\n\n`)).toEqual([[data], undefined])
  })

  test('ends at the terminator, and throws stream_terminated without it', async () => {
    const terminator = '[DONE]'
    expect(await readData('data: a\n\ndata: [DONE]\n\ndata: b\n\n', { terminator })).toEqual([
      ['a'],
      undefined,
    ])
    expect(await readData('data: a\n\ndata: [DONE]', { terminator })).toEqual([['a'], undefined])
    expect(await readData('data: a\n\n', { terminator })).toEqual([['a'], 'stream_terminated'])
    expect(await readData('', { terminator })).toEqual([[], 'stream_terminated'])
    const isMessageStop = ({ event }: ServerSentEvent): boolean => event === 'message_stop'
    const stop = 'event: message_stop\ndata: {}\n\n'
    expect(await readData(`data: a\n\n${stop}data: b\n\n`, { terminator: isMessageStop })).toEqual([
      ['a', '{}'],
      undefined,
    ])
    expect(await readData(`data: a\n\n${stop.trim()}`, { terminator: isMessageStop })).toEqual([
      ['a', '{}'],
      undefined,
    ])
    expect(await readData('data: a\n\n', { terminator: isMessageStop })).toEqual([['a'], 'stream_terminated'])
  })

  test('throws stream_terminated if the stream ends within an event', async () => {
    expect(await readData('data: a\n\ndata: b')).toEqual([['a'], 'stream_terminated'])
    expect(await readData('data: a\n\ndata: b\n')).toEqual([['a'], 'stream_terminated'])
    for (const part of ['da', 'event: b\n', 'id'])
      expect(await readData(`data: a\n\n${part}`)).toEqual([['a'], 'stream_terminated'])
    expect(await readData('data: a\n\n: ping')).toEqual([['a'], undefined])
    const withoutBlankLine = envelopes.openai.errorEvents(new Overloaded()).trim()
    expect(await readData(`data: a\n\n${withoutBlankLine}`)).toEqual([['a'], 'overloaded'])
  })

  test('throws stream_terminated with its cause if the connection is lost', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, headers).write('data: a\n\n', () => response.destroy())
    })
    const { events, error } = await readAll(await fetch(url))
    expect(events).toHaveLength(1)
    expect(error).toMatchObject({ code: 'stream_terminated', requestId: 'r', retryable: true })
    expect((error as ApiError).cause).toBeInstanceOf(Error)
  })

  test('ends when the signal aborts, between events and while it waits, and closes the connection', async () => {
    const reason = new Error('enough')
    let open = 0
    const url = await serve((_, response) => {
      open += 1
      response.once('close', () => (open -= 1))
      response.writeHead(200, headers).write('data: a\n\ndata: b\n\n')
    })
    const waiting = new AbortController()
    const events = readEvents(await fetch(url), { signal: waiting.signal })
    await events.next()
    await events.next()
    const third = events.next()
    waiting.abort(reason)
    await expect(third).rejects.toBe(reason)
    const between = new AbortController()
    const reading = readEvents(await fetch(url), { signal: between.signal })
    await reading.next()
    between.abort(reason)
    await expect(reading.next()).rejects.toBe(reason)
    expect((await readAll(await fetch(url), { signal: AbortSignal.abort(reason) })).error).toBe(reason)
    await expect.poll(() => open).toBe(0)
  })

  test('throws the abort error of a signal that was passed to fetch', async () => {
    const url = await serve((_, response) => response.writeHead(200, headers).write('data: a\n\n'))
    const controller = new AbortController()
    const response = await fetch(url, { signal: controller.signal })
    const events = readEvents(response)
    await events.next()
    controller.abort()
    await expect(events.next()).rejects.toMatchObject({ name: 'AbortError' })
  })

  test('throws the error of an error response', async () => {
    const { body, status } = envelopes['ai-api'].render(new Overloaded({ retryAfter: 3 }), { requestId: 'q' })
    const response = new Response(JSON.stringify(body), { status, headers: { 'retry-after': '3' } })
    expect((await readAll(response)).error).toMatchObject({
      code: 'overloaded',
      requestId: 'q',
      retryAfter: 3,
    })
    const withStatus200 = Response.json({ error: { code: 429, message: 'Slow down' } })
    expect((await readAll(withStatus200)).error).toMatchObject({ status: 429, message: 'Slow down' })
  })

  test('throws upstream_error if the response is not an event stream', async () => {
    const error = (response: Response) => readAll(response).then((result) => result.error)
    expect(await error(new Response('<html>', { headers: { 'content-type': 'text/html' } }))).toMatchObject({
      code: 'upstream_error',
      retryable: false,
      message: 'The response is not an event stream',
    })
    expect(await error(new Response(null, { headers }))).toMatchObject({ code: 'stream_terminated' })
  })

  test('yields only events and throws only ApiErrors for any bytes', async () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 20 }),
      fc
        .constantFrom(
          'data: a\n\n',
          'event: error\n',
          'data: {"error":{}}\n\n',
          'data: {"error":',
          '\r\n',
          '[DONE]',
        )
        .map((text) => new TextEncoder().encode(text)),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(piece), fc.constantFrom(undefined, '[DONE]'), async (pieces, terminator) => {
        const { events, error } = await readAll(stream(Buffer.concat(pieces)), {
          terminator,
          maxEventSize: 40,
        })
        if (error !== undefined) expect(error).toBeInstanceOf(ApiError)
        for (const { event, data } of events)
          expect([typeof event, typeof data]).toEqual(['string', 'string'])
      }),
      { numRuns },
    )
  })
})
