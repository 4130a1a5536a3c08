import { once } from 'node:events'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { Controller, Get, Header, StreamableFile } from '@nestjs/common'
import { describe, expect, test } from 'vitest'
import { fetchError, platforms, serve } from './serve.ts'

const EVENT_STREAM = 'text/event-stream'

/** A stream that yields chunks and then fails. A stream that fails drops the chunks that were not read. */
function createFailing(chunks: readonly string[]): Readable {
  return Readable.from(
    (async function* yieldAndFail() {
      for (const chunk of chunks) {
        yield chunk
        await sleep(10)
      }
      throw new Error('The model has crashed')
    })(),
    { objectMode: false },
  )
}

const sources: Readable[] = []

@Controller()
class Events {
  @Get('half')
  half() {
    return new StreamableFile(createFailing(['data: 1\n\nda', 'ta: {"ha']), { type: EVENT_STREAM })
  }

  @Get('header')
  @Header('Content-Type', EVENT_STREAM)
  header() {
    return new StreamableFile(createFailing(['data: 1\n\n', 'data: {"ha']))
  }

  @Get('first')
  first() {
    return new StreamableFile(createFailing(['data: {"ha']), { type: EVENT_STREAM })
  }

  @Get('complete')
  complete() {
    return new StreamableFile(Readable.from(['data: 1\n', '\ndata: 2']), { type: EVENT_STREAM })
  }

  @Get('text')
  text() {
    return new StreamableFile(createFailing(['half a li']), { type: 'text/plain' })
  }

  @Get('own-handler')
  ownHandler() {
    const file = new StreamableFile(createFailing(['data: 1\n\nda']), { type: EVENT_STREAM })
    return file.setErrorHandler((_error, response) => response.end())
  }

  @Get('endless')
  endless() {
    const source = new Readable({ read() {} })
    source.push('data: 1\n\n')
    sources.push(source)
    return new StreamableFile(source, { type: EVENT_STREAM })
  }

  @Get('generator')
  @Header('Content-Type', EVENT_STREAM)
  generator() {
    return createFailing(['data: 1\n\nda', 'ta: {"ha'])[Symbol.asyncIterator]()
  }

  @Get('response')
  response() {
    const body = Readable.toWeb(createFailing(['data: 1\n\nda', 'ta: {"ha'])) as ReadableStream
    return new Response(body, { headers: { 'content-type': EVENT_STREAM } })
  }
}

describe.each(platforms)('an event stream in the body of a handler on %s', (platform) => {
  const serveEvents = () => serve(platform, { controllers: [Events] })

  test.each(['half', 'header'])('that fails within an event ends with the error event: %s', async (path) => {
    const { url, errors } = await serveEvents()
    const { status, text } = await fetchError(`${url}/${path}`)
    expect(status).toBe(200)
    expect(text).toMatch(/^data: 1\n\nevent: error\ndata: \{.*"INTERNAL_ERROR".*\}\n\n$/)
    expect(errors).toHaveLength(1)
  })

  test.each(['response', 'generator'])('is sent in whole events if it is a %s', async (path) => {
    const { url, errors } = await serveEvents()
    const { text } = await fetchError(`${url}/${path}`)
    // Nest 11 sends it as an object.
    if (!text.startsWith('data')) return
    expect(text).toMatch(/^data: 1\n\nevent: error\ndata: \{.*"INTERNAL_ERROR".*\}\n\n$/)
    expect(errors).toHaveLength(1)
  })

  test('is sent unchanged if it does not fail', async () => {
    const { url, errors } = await serveEvents()
    const response = await fetch(`${url}/complete`)
    expect(response.headers.get('content-type')).toBe(EVENT_STREAM)
    expect(await response.text()).toBe('data: 1\n\ndata: 2')
    expect(errors).toEqual([])
  })

  test('that fails before its first event gets the error response, or in Nest 11 no response', async () => {
    const { url, errors } = await serveEvents()
    const status = await fetchError(`${url}/first`).then(
      (response) => response.status,
      () => 'no response',
    )
    expect([500, 'no response']).toContain(status)
    expect(errors).toHaveLength(1)
  })

  test('is aborted if it is not an event stream', async () => {
    const { url } = await serveEvents()
    await expect(fetchError(`${url}/text`)).rejects.toThrow(/terminated|fetch failed/)
  })

  test('stops its source when the client disconnects', async () => {
    const { url } = await serveEvents()
    const controller = new AbortController()
    const response = await fetch(`${url}/endless`, { signal: controller.signal })
    const { value } = await response.body!.getReader().read()
    expect(new TextDecoder().decode(value)).toBe('data: 1\n\n')
    const source = sources.pop()!
    const closed = once(source, 'close')
    controller.abort()
    await closed
    expect(source.destroyed).toBe(true)
  })
})

test('a file keeps the error handler that the app has set', async () => {
  const { url, errors } = await serve('express', { controllers: [Events] })
  // Nest 11 aborts the response, after it has called the handler.
  const text = await fetch(`${url}/own-handler`).then(
    (response) => response.text().catch(() => ''),
    () => '',
  )
  expect(text).not.toContain('event: error')
  expect(errors).toEqual([])
})
