import { readEvents } from '@faultline/client'
import { envelopes, isApiError, type ApiError } from '@faultline/core'
import { serve, streamCases, type StreamCase } from '@faultline/test-kit'
import { describe, expect, test } from 'vitest'
import { fromUpstream, fromUpstreamResponse } from '../src/index.ts'
import { genericCodes, specificCodes } from '../src/provider-codes.ts'
import { clients } from './corpus/clients.ts'

const EVENT_STREAM = 'text/event-stream'

const serveStream = (events: string, contentType: string = EVENT_STREAM): Promise<string> =>
  serve((_, response) => response.writeHead(200, { 'content-type': contentType }).end(events))

/** Reads a stream to its end. Returns the error that `readEvents` throws. */
async function readClientError(response: Response): Promise<ApiError | undefined> {
  try {
    for await (const _ of readEvents(response));
    return undefined
  } catch (error) {
    if (isApiError(error)) return error
    throw error
  }
}

/** Returns everything that a caller receives: a response or an event, and the error as JSON. */
function send(error: ApiError): string {
  const { openai } = envelopes
  return JSON.stringify([openai.render(error), openai.errorEvents(error), error])
}

function expectError(error: ApiError, { codes, retryable, mayNotPass }: StreamCase): void {
  expect(codes).toContain(error.code)
  if (retryable !== null) expect(error.retryable).toBe(retryable)
  for (const part of mayNotPass) expect(send(error)).not.toContain(part)
}

const failing = streamCases.filter(({ codes }) => codes.length > 0)

describe.each(failing)('the stream $id', (streamCase) => {
  const { events, contentType } = streamCase

  test('is the same failure for fromUpstreamResponse as for readEvents', async () => {
    const url = await serveStream(events, contentType)
    const error = await fromUpstreamResponse(await fetch(url))
    expectError(error, streamCase)
    expect((await readClientError(await fetch(url)))?.retryable).toBe(error.retryable)
  })

  test('is recognized by fromUpstream in its text', () => {
    expectError(fromUpstream(events), streamCase)
  })
})

/** Streams that end without an error: the SDK ignores the lines that are not events. */
const IGNORED = new Set([
  'llamacpp-stream-error-field',
  'html-in-stream',
  'newapi-200-json',
  'finish-error-only',
])
/** Streams in a format that the AI SDK's provider does not read. */
const OTHER_FORMATS = new Set(['responses-overloaded', 'gemini-503-frame'])

describe.each(['openai 7', 'openai 6'] as const)('%s', (name) => {
  test.each(failing)('gives fromUpstream the failure of the stream $id', async (streamCase) => {
    const { id, events, contentType, codes } = streamCase
    const url = await serveStream(events, contentType)
    const thrown = await clients[name].stream(url).catch((error: unknown) => error)
    // openai 6 ignores the last event if its blank line is missing.
    const isIgnored = IGNORED.has(id) || (name === 'openai 6' && id === 'eof-in-event')
    expect(thrown === undefined).toBe(isIgnored)
    if (thrown !== undefined)
      expectError(fromUpstream(thrown), { ...streamCase, codes: [...codes, 'stream_terminated'] })
  })

  test('gives fromUpstream a truncated stream if an event is cut', async () => {
    const chunk = '{"id":"c","object":"chat.completion.chunk","choices":[]}'
    for (const half of [
      chunk.slice(0, 20),
      chunk.slice(0, -1),
      `${chunk.slice(0, 9)}event: error\ndata: {}`,
    ]) {
      const url = await serveStream(`data: ${chunk}\n\ndata: ${half}\n\n`)
      const thrown = await clients[name].stream(url).catch((error: unknown) => error)
      expect(thrown).toBeInstanceOf(SyntaxError)
      expect(fromUpstream(thrown)).toMatchObject({ code: 'stream_terminated', retryable: true })
    }
  })
})

describe.each(['ai 7', 'ai 6'] as const)('%s', (name) => {
  const readable = failing.filter(({ id }) => !OTHER_FORMATS.has(id) && id !== 'finish-error-only')
  test.each(readable)('gives fromUpstream the failure of the stream $id', async (streamCase) => {
    const url = await serveStream(streamCase.events, streamCase.contentType)
    const thrown = await clients[name].stream(url).catch((error: unknown) => error)
    const error = fromUpstream(thrown)
    expectError(error, { ...streamCase, codes: [...streamCase.codes, 'stream_terminated'] })
  })

  test('gives fromUpstream an error event that the SDK cannot read', async () => {
    const url = await serveStream(
      'data: {"type":"RUN_ERROR","message":"Slow down","code":"rate_limit_exceeded"}\n\n',
    )
    const thrown = await clients[name].stream(url).catch((error: unknown) => error)
    expect(fromUpstream(thrown)).toMatchObject({ code: 'rate_limit_exceeded', retryable: true })
  })
})

describe('fromUpstream', () => {
  test('converts a SyntaxError to a truncated stream if a stream was read', () => {
    const error = new SyntaxError('Unexpected end of JSON input')
    expect(fromUpstream(error)).toMatchObject({ code: 'failed_request', retryable: false })
    expect(fromUpstream(error, { streamStarted: true })).toMatchObject({
      code: 'stream_terminated',
      retryable: true,
      details: { abortedBy: 'upstream' },
    })
    expect(fromUpstream(new Error('?'), { streamStarted: true })).toMatchObject({ code: 'stream_error' })
  })

  test('accepts an event, and its parsed data', () => {
    const data =
      '{"type":"response.failed","response":{"error":{"code":"context_length_exceeded","message":"m"}}}'
    for (const thrown of [{ event: 'response.failed', data, id: '' }, JSON.parse(data) as object])
      expect(fromUpstream(thrown)).toMatchObject({ code: 'prompt_too_long', retryable: false })
  })

  test('reads the error in lines of JSON', () => {
    const error = fromUpstream('{"response":"a"}\n{"error":"model runner is overloaded"}\n')
    expect(error).toMatchObject({ code: 'model_overloaded', retryable: true })
  })

  test.each([
    ['{"choices":[{"finish_reason":"content_filter"}]}', 'unsafe_content', 'content_filter'],
    ['{"candidates":[{"finishReason":"SAFETY"}]}', 'unsafe_content', 'SAFETY'],
    ['{"promptFeedback":{"blockReason":"BLOCKLIST"}}', 'prompt_violation', 'BLOCKLIST'],
    [
      '{"type":"response.incomplete","response":{"incomplete_details":{"reason":"content_filter"}}}',
      'unsafe_content',
      'content_filter',
    ],
  ])('reads the content filter of %s', (data, code, reason) => {
    const error = fromUpstream(JSON.parse(data))
    expect(error).toMatchObject({ code, retryable: false, details: { code: reason } })
  })
})

describe('fromUpstreamResponse', () => {
  const chunk = 'data: {"object":"chat.completion.chunk","choices":[{"finish_reason":null}]}\n\n'

  test('converts a stream whose connection is lost', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-type': EVENT_STREAM })
      response.write(chunk, () => response.destroy())
    })
    const error = await fromUpstreamResponse(await fetch(url))
    expect(error).toMatchObject({ code: 'stream_terminated', retryable: true })
  })

  test('does not regard a stream as truncated that is longer than it reads', async () => {
    const url = await serveStream(chunk.repeat(5000))
    const error = await fromUpstreamResponse(await fetch(url))
    expect(error).toMatchObject({ code: 'failed_request', retryable: false })
  })
})

test.each(['error: connection refused', 'data: lost', 'event', '<html>'])(
  'a thrown string that is not an event stream is an unknown failure: %s',
  (text) => {
    expect(fromUpstream(text)).toMatchObject({ code: 'upstream_error' })
  },
)

describe('a name of a provider for an error', () => {
  // In the client, `internal_error` is a code of the taxonomy, which is not retryable.
  const names = [...specificCodes.keys(), ...genericCodes.keys()].filter((name) => name !== 'internal_error')
  const readBoth = async (error: object) => {
    const data = JSON.stringify({ error })
    const headers = { 'content-type': EVENT_STREAM }
    return {
      client: (await readClientError(new Response(`data: ${data}\n\n`, { headers })))?.retryable,
      upstream: fromUpstream(JSON.parse(data), { credentials: 'caller' }).retryable,
    }
  }

  test('has the same retryable in readEvents and in fromUpstream', async () => {
    const different: string[] = []
    for (const name of names) {
      for (const error of [
        { message: 'm', code: name },
        { message: 'm', type: name },
        { message: 'm', type: null, code: name },
      ]) {
        const { client, upstream } = await readBoth(error)
        if (client !== upstream) different.push(`${JSON.stringify(error)} ${client} ${upstream}`)
      }
    }
    expect(different).toEqual([])
  })
})
