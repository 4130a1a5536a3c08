import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { fetchError } from '@faultline/test-kit'
import { RawClient, formatRequest } from '@faultline/testing'
import type { FastifyPluginCallback } from 'fastify'
import { describe, expect, test } from 'vitest'
import { Conflict, stream } from '../src/index.ts'
import { deferred, serve } from './serve.ts'

const MESSAGE = 'This key has no access'
const LONG_TEXT = 'é'.repeat(1000)

/** Functions that create a body with a short or long string. */
const senders: [string, (text: string, contentType: string) => unknown][] = [
  [
    'a Response',
    (text, contentType) => new Response(text, { status: 403, headers: { 'content-type': contentType } }),
  ],
  ['a Node stream of bytes', (text) => Readable.from([Buffer.from(text)], { objectMode: false })],
  ['a Node stream of strings', (text) => Readable.from(text.split(''))],
  ['a web stream', (text) => new Blob([text]).stream()],
]

describe.each(senders)('an error status with %s', (name, create) => {
  async function fetchText(text: string, contentType = 'text/plain', init: RequestInit = {}) {
    const { url, errors } = await serve((app) => {
      app.get('/', async (_request, reply) => {
        const body = create(text, contentType)
        return name === 'a Response' ? body : reply.code(403).type(contentType).send(body)
      })
    })
    return { ...(await fetchError(url, init)), errors }
  }

  test('and a short text is answered with the envelope and the text', async () => {
    const response = await fetchText(MESSAGE)
    expect(response).toMatchObject({ status: 403, code: 'INSUFFICIENT_PERMISSIONS' })
    expect(JSON.parse(response.text)).toMatchObject({ error: { message: MESSAGE } })
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(response.errors).toMatchObject([{ code: 'permission_denied' }])
  })

  test('and no text is answered with the envelope', async () => {
    expect(await fetchText('')).toMatchObject({ status: 403, code: 'INSUFFICIENT_PERMISSIONS' })
  })

  test('and no text is answered with the envelope’s head for HEAD', async () => {
    const { status, text, headers } = await fetchText(MESSAGE, 'text/plain', { method: 'HEAD' })
    expect([status, text, headers.get('content-type')]).toEqual([403, '', 'application/json; charset=utf-8'])
  })

  test.each([
    ['a long text', LONG_TEXT, 'text/plain'],
    ['a page', '<h1>No access</h1>', 'text/html'],
    ['JSON', '{"mine":true}', 'application/json'],
    ['JSON that is labelled as text', '{"mine":true}', 'text/plain'],
  ])('and %s passes unchanged', async (_name, text, contentType) => {
    const response = await fetchText(text, contentType)
    expect([response.status, response.text]).toEqual([403, text])
    expect(response.headers.get('content-type')).toMatch(contentType)
    expect(response.errors).toEqual([])
  })
})

describe('a stream with an error status', () => {
  test('that is long passes byte for byte, in its order', async () => {
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251))
    const { url } = await serve((app) => {
      app.get('/', async (_request, reply) =>
        reply
          .code(403)
          .type('text/plain')
          .send(Readable.from(split(bytes, 700))),
      )
    })
    const response = await fetch(url)
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true)
  })

  test('that fails before its end is answered as a failure', async () => {
    const { url, errors } = await serve((app) => {
      app.get('/', async (_request, reply) => {
        const source = new Readable({ read() {} })
        source.push('partial')
        setImmediate(() => source.destroy(new Error('broken')))
        return reply.code(502).type('text/plain').send(source)
      })
    })
    expect(await fetchError(url)).toMatchObject({ status: 500, code: 'INTERNAL_ERROR' })
    expect(errors).toHaveLength(1)
  })

  test('is destroyed when the client disconnects', async () => {
    const closed = deferred()
    const started = deferred()
    const { port } = await serve((app) => {
      app.get('/', async (_request, reply) => {
        const source = new Readable({ read() {} })
        source.once('close', closed.resolve)
        source.push('partial')
        started.resolve()
        return reply.code(403).type('text/plain').send(source)
      })
    })
    const client = await RawClient.open(port)
    client.send(formatRequest('GET /'))
    await started.promise
    client.close()
    await closed.promise
  })

  test('that exceeds the time limit of its handler is answered once', async () => {
    const { url, errors } = await serve((app) => {
      app.get('/', { handlerTimeout: 30 }, async (_request, reply) => {
        const source = new Readable({ read() {} })
        source.push('partial')
        setTimeout(() => source.push(null), 60)
        return reply.code(403).type('text/plain').send(source)
      })
    })
    expect(await fetchError(url)).toMatchObject({ status: 503, code: 'SERVICE_UNAVAILABLE' })
    await delay(60)
    expect(errors).toMatchObject([{ code: 'service_unavailable' }])
  })

  test('is replaced with `all`, regardless of its length', async () => {
    const { url } = await serve(
      (app) => {
        app.get('/', async (_request, reply) =>
          reply
            .code(403)
            .type('application/json')
            .send(Readable.from(split(Buffer.alloc(100_000, ' '), 1000))),
        )
      },
      {},
      { replaceBodies: 'all' },
    )
    expect(await fetchError(url)).toMatchObject({ status: 403, code: 'INSUFFICIENT_PERMISSIONS' })
  })

  test('passes with `replaceBodies: false`', async () => {
    const { url } = await serve(
      (app) => {
        app.get('/', async () => new Response(MESSAGE, { status: 403 }))
      },
      {},
      { replaceBodies: false },
    )
    expect((await fetchError(url)).text).toBe(MESSAGE)
  })
})

function split(bytes: Buffer, length: number): Buffer[] {
  const chunks: Buffer[] = []
  for (let start = 0; start < bytes.length; start += length)
    chunks.push(bytes.subarray(start, start + length))
  return chunks
}

describe('an onSend hook that fails', () => {
  test.each<[string, FastifyPluginCallback, number, string]>([
    ['for a success', (app) => app.get('/', async () => ({ ok: true })), 500, 'internal_error'],
    [
      'for the error of a handler',
      (app) =>
        app.get('/', async () => {
          throw new Conflict()
        }),
      409,
      'conflict',
    ],
    [
      'for a replaced body',
      (app) => app.get('/', async (_request, reply) => reply.code(403).send(MESSAGE)),
      403,
      'permission_denied',
    ],
  ])('%s and for the error response is reported once', async (_name, addRoutes, status, code) => {
    const warnings: unknown[] = []
    const write = (line: string): void => void warnings.push(JSON.parse(line))
    const { url, errors } = await serve(
      (app) => {
        app.addHook('onSend', async () => {
          throw new Error('broken hook')
        })
        app.register(addRoutes)
      },
      { logger: { level: 'warn', stream: { write } } },
    )
    const response = await fetchError(url)
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(errors).toMatchObject([{ code }])
    expect(warnings).toMatchObject([
      { msg: 'failed again while the error response was sent', causes: [{ message: 'broken hook' }] },
    ])
  })
})

describe('an event stream in the body', () => {
  const toWeb = (source: Readable): ReadableStream =>
    Readable.toWeb(Readable.from(source.map((text: string) => Buffer.from(text))))

  test.each<[string, (source: Readable) => unknown]>([
    ['a Node stream', (source) => source],
    ['a web stream', toWeb],
    [
      'a Response',
      (source) => new Response(toWeb(source), { headers: { 'content-type': 'text/event-stream' } }),
    ],
  ])('ends with the error event if %s fails, without the part of an event', async (_, toBody) => {
    const { url, errors } = await serve((app) => {
      app.get('/', async (_request, reply) =>
        reply.type('text/event-stream').send(toBody(Readable.from(failWithin('data: 1\n\ndata: half')))),
      )
    })
    const { status, text } = await fetchError(url)
    expect(status).toBe(200)
    expect(text).toMatch(/^data: 1\n\nevent: error\ndata: .*"CONFLICT".*\n\n$/)
    expect(errors).toMatchObject([{ code: 'conflict' }])
  })

  test.each<[string, (source: Readable) => unknown]>([
    ['a Node stream', (source) => source],
    ['a web stream', toWeb],
  ])('is answered with an error if %s fails within the first event', async (_, toBody) => {
    const { url, errors } = await serve((app) => {
      app.get('/', async (_request, reply) =>
        reply.type('text/event-stream').send(toBody(Readable.from(failWithin('data: half')))),
      )
    })
    expect(await fetchError(url)).toMatchObject({ status: 409, code: 'CONFLICT' })
    expect(errors).toMatchObject([{ code: 'conflict' }])
  })

  test.each<[string, (source: Readable) => unknown]>([
    ['a Node stream', (source) => source],
    ['a web stream', (source) => Readable.toWeb(source)],
  ])('stops its source when the client disconnects between two events: %s', async (_, toBody) => {
    const source = new Readable({ read() {} })
    source.push('data: 1\n\n')
    // A web stream is cancelled with an error.
    source.on('error', () => {})
    const closed = deferred()
    source.once('close', closed.resolve)
    const { url } = await serve((app) => {
      app.get('/', async (_request, reply) => reply.type('text/event-stream').send(toBody(source)))
    })
    const controller = new AbortController()
    const { body } = await fetch(url, { signal: controller.signal })
    await body!.getReader().read()
    controller.abort()
    await closed.promise
    expect(source.destroyed).toBe(true)
  })

  test('is stopped without an error after a HEAD request', async () => {
    const source = new Readable({ read() {} })
    source.push('data: 1\n\n')
    const { url, errors } = await serve((app) => {
      app.get('/', async (_request, reply) => reply.type('text/event-stream').send(source))
    })
    expect((await fetch(url, { method: 'HEAD' })).status).toBe(200)
    await expect.poll(() => source.destroyed).toBe(true)
    expect(errors).toEqual([])
  })
})

describe('a handler that exceeds its time limit', () => {
  test.each([
    ['application/json', '{"half":'],
    ['text/event-stream', 'data: 1\n\n'],
  ])('after it has started the response (%s) is reported once, as the time limit', async (type, part) => {
    const finished = deferred()
    const { url, errors } = await serve((app) => {
      app.get('/', { handlerTimeout: 30 }, async (_request, reply) => {
        reply.raw.writeHead(200, { 'content-type': type }).write(part)
        await delay(60)
        setImmediate(finished.resolve)
        return { ok: 1 }
      })
    })
    const text = fetch(url).then((response) => response.text())
    if (type === 'text/event-stream')
      expect(await text).toMatch(/^data: 1\n\n\n\nevent: error\ndata: .*SERVICE_UNAVAILABLE/)
    else await expect(text).rejects.toThrow(/terminated|fetch failed/)
    await finished.promise
    expect(errors).toMatchObject([{ code: 'service_unavailable' }])
  })

  test('in a stream is reported once, and the event stream ends with the error', async () => {
    const closed = deferred()
    const { url, errors } = await serve((app) => {
      app.get('/own', { handlerTimeout: 30 }, (_request, reply) =>
        stream(reply, endlessEvents(closed.resolve)),
      )
      app.get('/node', { handlerTimeout: 30 }, (_request, reply) =>
        reply.type('text/event-stream').send(Readable.from(endlessEvents(closed.resolve))),
      )
    })
    for (const path of ['/own', '/node']) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const { text } = await fetchError(url + path)
      expect(text.startsWith('data: 1')).toBe(true)
      expect(text).toMatch(/\n\nevent: error\ndata: .*SERVICE_UNAVAILABLE[^\n]*\n\n$/)
    }
    await closed.promise
    expect(errors).toMatchObject([{ code: 'service_unavailable' }, { code: 'service_unavailable' }])
  })

  test('with the limit of the server, before it has started the response, is answered once', async () => {
    const { url, errors } = await serve(
      (app) => {
        app.get('/', async () => {
          await delay(60)
          return { ok: 1 }
        })
      },
      { handlerTimeout: 30 },
    )
    expect(await fetchError(url)).toMatchObject({ status: 503, code: 'SERVICE_UNAVAILABLE' })
    await delay(60)
    expect(errors).toMatchObject([{ code: 'service_unavailable' }])
  })
})

async function* failWithin(text: string): AsyncGenerator<string> {
  yield text
  await delay(20)
  throw new Conflict()
}

async function* endlessEvents(onEnd: () => void): AsyncGenerator<string> {
  try {
    for (;;) {
      yield 'data: 1\n\n'
      // oxlint-disable-next-line no-await-in-loop -- one event after the other
      await delay(5)
    }
  } finally {
    onEnd()
  }
}
