import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { Conflict, createResponder, type ApiError } from '../src/index.ts'
import { guardResponse, stream } from '../src/web.ts'

async function* chunks(...given: (string | object | Error)[]): AsyncGenerator<string | object> {
  for (const chunk of given) {
    if (chunk instanceof Error) throw chunk
    yield chunk
  }
}

describe('stream, as a fetch Response', () => {
  test.each([
    ['an async iterable', () => chunks('a', 'b')],
    ['an iterable', () => ['a', 'b']],
    ['a Readable', () => Readable.from(['a', 'b'])],
    ['a ReadableStream', () => ReadableStream.from(['a', 'b'])],
    ['what makes one', () => () => chunks('a', 'b')],
    ['bytes', () => [new Uint8Array([97]), new Uint8Array([98])]],
  ])('takes %s', async (_, source) => {
    const response = await stream(source())
    expect([response.status, await response.text()]).toEqual([200, 'ab'])
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  })

  test('sends objects as events, and other types as they are', async () => {
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
    ).rejects.toThrow('A stream that is no event stream is made of texts and bytes')
  })

  test('rejects with what the source fails with before its first chunk', async () => {
    await expect(stream(chunks(new Conflict()))).rejects.toThrow(Conflict)
  })

  test.each([[null], [undefined], [7], [{}], ['a text']])('refuses what is no source: %j', async (source) => {
    await expect(stream(source as never)).rejects.toThrow(
      'stream: the source must be something that can be iterated',
    )
  })

  test('tells of a failure after the first chunk where it is guarded', async () => {
    const heard: ApiError[] = []
    const responder = createResponder<Request>({
      envelope: 'ai-api',
      onError: (error) => void heard.push(error),
    })
    const request = new Request('http://localhost/')
    const response = await guardResponse(responder, await stream(chunks({ n: 1 }, new Conflict())), request)
    expect(await response.text()).toMatch(/^data: \{"n":1\}\n\n\n\nevent: error\ndata: .*"CONFLICT".*\n\n$/)
    expect(heard.map(({ code }) => code)).toEqual(['conflict'])
  })

  test('stops its source when it is cancelled', async () => {
    const told: string[] = []
    const response = await stream(async function* given(signal) {
      signal.addEventListener('abort', () => told.push('signal'))
      try {
        for (;;) yield 'a'
      } finally {
        told.push('ended')
      }
    })
    const reader = response.body!.getReader()
    await reader.read()
    await reader.cancel()
    await expect.poll(() => told).toEqual(['signal', 'ended'])
  })
})
