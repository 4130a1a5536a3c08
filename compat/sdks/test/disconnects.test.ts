import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import process from 'node:process'
import { startApp } from '@faultline/app-gateway/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apps } from './apps.ts'

const STREAMS = 100

/** Opens a stream on a new socket. `fetch` would share sockets and replace closed ones. */
async function open(url: string): Promise<IncomingMessage> {
  const clientRequest = request(`${url}/compat/openai/v1/chat/completions`, {
    method: 'POST',
    agent: false,
    headers: { authorization: 'Bearer sk-demo', 'content-type': 'application/json' },
  })
  clientRequest.end(
    JSON.stringify({
      model: 'slow-stream',
      messages: [{ role: 'user', content: 'Hello' }],
      stream: true,
    }),
  )
  const [response] = (await once(clientRequest, 'response')) as [IncomingMessage]
  return response
}

/** Ways to disconnect: close or reset, after the first chunk or before. */
const ways: readonly ((response: IncomingMessage) => unknown)[] = [
  (response) => response.destroy(),
  (response) => response.socket.resetAndDestroy(),
  (response) => response.once('data', () => response.destroy()),
  (response) => response.once('data', () => response.socket.resetAndDestroy()),
]

describe('clients that disconnect during a stream', () => {
  const unhandled: unknown[] = []
  const onUnhandled = (error: unknown): void => void unhandled.push(error)
  const events = ['unhandledRejection', 'uncaughtException'] as const
  beforeAll(() => {
    for (const event of events) process.on(event, onUnhandled)
  })
  afterAll(() => {
    for (const event of events) process.off(event, onUnhandled)
  })

  test.each(apps)(
    'cause no open sockets and no unhandled errors: %s',
    async (_name, createServer) => {
      const app = await startApp(createServer)
      try {
        const streams = await Promise.all(Array.from({ length: STREAMS }, () => open(app.url)))
        // The first streams may have ended when the last ones are opened on a busy machine.
        expect(await app.connections()).toBeGreaterThan(STREAMS / 2)
        expect(app.openStreams()).toBeGreaterThan(STREAMS / 2)
        for (const [index, response] of streams.entries()) {
          response.on('error', () => {})
          ways[index % ways.length]?.(response)
        }
        await expect.poll(() => app.connections(), { timeout: 3000 }).toBe(0)
        await expect.poll(() => app.openStreams(), { timeout: 3000 }).toBe(0)
        expect(unhandled).toEqual([])
      } finally {
        await app.close()
      }
    },
    30_000,
  )
})
