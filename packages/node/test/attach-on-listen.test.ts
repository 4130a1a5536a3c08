import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { createResponder } from '@faultline/core'
import { exchange } from '@faultline/test-kit'
import { expect, onTestFinished, test } from 'vitest'
import { attach, type Responder } from '../src/index.ts'
import { attachOnListen } from '../src/platforms.ts'

const responder: Responder<IncomingMessage> = createResponder({ envelope: 'ai-api', onError() {} })

/** An app that starts a server per call of `listen`, as Express and Koa do. */
function createApp() {
  return {
    name: 'app',
    listen(port: number, host: string): Server {
      const server = createServer((_request, response) => response.end(this.name)).listen(port, host)
      onTestFinished(() => void server.close())
      return server
    },
  }
}

const ALREADY_ATTACHED = /already attached, by app\.listen\(\) or an earlier call; remove this call/

test('the server of app.listen() is attached, and every further one as well', async () => {
  const app = createApp()
  attachOnListen(app, responder)
  for (let i = 0; i < 2; i += 1) {
    const server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
    expect(await exchange(server, 'nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [^]*"code":"INVALID_REQUEST"/)
    expect(() => attach(server, responder)).toThrow(ALREADY_ATTACHED)
  }
})

test('a server that is already attached stays as it is, as does any other return value', async () => {
  const app = createApp()
  attachOnListen(app, responder)
  attachOnListen(app, responder)
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  expect(server.listenerCount('checkExpectation')).toBe(1)
  const other = { listen: () => 'started' }
  attachOnListen(other, responder)
  expect(other.listen()).toBe('started')
})
