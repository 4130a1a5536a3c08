import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { Conflict, createResponder, type ApiError } from '../src/index.ts'
import { guardResponse, stream } from '../src/web.ts'

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
    await expect(
      (await stream([{}], { contentType: 'application/json', firstChunkTimeout: 0 })).text(),
    ).rejects.toThrow(
      'Only an event stream accepts objects as chunks; other streams accept strings and Uint8Arrays',
    )
  })

  test('rejects with the error of a source that fails before its first chunk', async () => {
    await expect(stream(chunks(new Conflict()))).rejects.toThrow(Conflict)
  })

  test.each([[null], [undefined], [7], [{}], ['a string']])(
    'rejects a source that is not iterable: %j',
    async (source) => {
      await expect(stream(source as never)).rejects.toThrow(
        'stream: source must be an (async) iterable, a ReadableStream, or a function that returns one',
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
    expect(await response.text()).toMatch(/^data: \{"n":1\}\n\n\n\nevent: error\ndata: .*"CONFLICT".*\n\n$/)
    expect(reported.map(({ code }) => code)).toEqual(['conflict'])
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
