import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import process from 'node:process'
import { startApp } from '@faultline/app-gateway/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apps } from './apps.ts'

const STREAMS = 100

/** Opens a stream on a socket of its own: fetch would open another in the place of one that is cut. */
async function open(url: string): Promise<IncomingMessage> {
  const asking = request(`${url}/compat/openai/v1/chat/completions`, {
    method: 'POST',
    agent: false,
    headers: { authorization: 'Bearer sk-demo', 'content-type': 'application/json' },
  })
  asking.end(
    JSON.stringify({
      model: 'slow-stream',
      messages: [{ role: 'user', content: 'Hello' }],
      stream: true,
    }),
  )
  const [response] = (await once(asking, 'response')) as [IncomingMessage]
  return response
}

/** How clients leave: by closing a connection or by resetting it, after a chunk or without having read one. */
const ways: readonly ((response: IncomingMessage) => unknown)[] = [
  (response) => response.destroy(),
  (response) => response.socket.resetAndDestroy(),
  (response) => response.once('data', () => response.destroy()),
  (response) => response.once('data', () => response.socket.resetAndDestroy()),
]

describe('clients that cut their streams', () => {
  const mishaps: unknown[] = []
  const hear = (mishap: unknown): void => void mishaps.push(mishap)
  const events = ['unhandledRejection', 'uncaughtException'] as const
  beforeAll(() => {
    for (const event of events) process.on(event, hear)
  })
  afterAll(() => {
    for (const event of events) process.off(event, hear)
  })

  test.each(apps)('leave no open socket and no unhandled failure behind: %s', async (_name, createServer) => {
    const app = await startApp(createServer)
    try {
      const streams = await Promise.all(Array.from({ length: STREAMS }, () => open(app.url)))
      expect([await app.connections(), app.openStreams()]).toEqual([STREAMS, STREAMS])
      for (const [at, response] of streams.entries()) {
        response.on('error', () => {})
        ways[at % ways.length]!(response)
      }
      await expect.poll(() => app.connections(), { timeout: 3000 }).toBe(0)
      await expect.poll(() => app.openStreams(), { timeout: 3000 }).toBe(0)
      expect(mishaps).toEqual([])
    } finally {
      await app.close()
    }
  })
})
