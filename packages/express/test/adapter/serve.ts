import { once } from 'node:events'
import { createServer, type Server, type ServerOptions } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ApiError, ResponderOptions } from '@faultline/core'
import express5, { type Application, type Request } from 'express'
import express4 from 'express4'
import { afterAll } from 'vitest'
import { attach, faultline, type FaultlineRequest } from '../../src/index.ts'

/** Express itself, in each major; the types of 5 serve for both. */
export type ExpressModule = typeof express5

/** The majors that are tested side by side. */
export const majors: readonly { major: string; express: ExpressModule }[] = [
  { major: 'Express 5', express: express5 },
  { major: 'Express 4', express: express4 as unknown as ExpressModule },
]

/** What the hook heard. */
export interface Heard {
  readonly error: ApiError
  readonly thrown: unknown
  readonly request: FaultlineRequest
}

export interface Served {
  readonly app: Application
  readonly server: Server
  readonly url: string
  readonly port: number
  /** Each failure, in order. */
  readonly heard: Heard[]
  /** Resolves when the next request for a path has begun. */
  arrived(path: string): Promise<void>
}

export interface ServeOptions {
  readonly envelope?: ResponderOptions<Request>['envelope']
  readonly dropCookies?: boolean
  /** @default before the routes */
  readonly install?: 'before' | 'after' | 'not'
  readonly attach?: boolean
  readonly server?: ServerOptions
}

const servers = new Set<Server>()

afterAll(() => {
  for (const server of servers) {
    server.close()
    server.closeAllConnections()
  }
})

/** Serves an app with faultline on a free port; it ends with the file's tests. */
export async function serve(
  express: ExpressModule,
  routes: (app: Application) => void,
  {
    envelope = 'ai-api',
    dropCookies,
    install = 'before',
    attach: isAttached = false,
    server: options = {},
  }: ServeOptions = {},
): Promise<Served> {
  const heard: Heard[] = []
  const input: ResponderOptions<Request> = {
    envelope,
    dropCookies,
    onError: (error: ApiError, thrown: unknown, request: FaultlineRequest) =>
      void heard.push({ error, thrown, request }),
  }
  const app = express()
  app.set('env', 'test')
  if (install === 'before') faultline(app, input)
  routes(app)
  if (install === 'after') faultline(app, input)
  const server = createServer(options, app)
  if (isAttached) attach(server, input)
  servers.add(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const arrived = async (path: string): Promise<void> => {
    for (;;) {
      const [request] = (await once(server, 'request')) as [Request]
      if (request.url === path || request.originalUrl === path) return
    }
  }
  return { app, server, arrived, url: `http://127.0.0.1:${port}`, port, heard }
}
