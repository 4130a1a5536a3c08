import { once } from 'node:events'
import { createServer, type Server, type ServerOptions } from 'node:http'
import type { AddressInfo } from 'node:net'
import express5, { type Application, type Request } from 'express'
import express4 from 'express4'
import { afterAll } from 'vitest'
import {
  attach,
  faultline,
  type ApiError,
  type FaultlineRequest,
  type ResponderOptions,
} from '../src/index.ts'

export type Express = typeof express5

export type Options = ResponderOptions<Request>

/** Both majors that are supported. Express 4's types differ in what these tests don't touch. */
export const majors: readonly { readonly major: string; readonly express: Express }[] = [
  { major: 'Express 4', express: express4 as unknown as Express },
  { major: 'Express 5', express: express5 },
]

/** One call of the hook. */
export interface Heard {
  readonly error: ApiError
  readonly thrown: unknown
  readonly request: FaultlineRequest
}

/** Options whose hook keeps what it hears. */
export function hearing(given: Partial<Options> = {}): { options: Options; heard: Heard[] } {
  const heard: Heard[] = []
  const onError: Options['onError'] = (error, thrown, request) => {
    heard.push({ error, thrown, request })
  }
  return { options: { envelope: 'ai-api', onError, ...given }, heard }
}

export interface Served {
  readonly server: Server
  readonly port: number
  readonly url: string
  /** What the hook heard. */
  readonly heard: Heard[]
}

const servers: Server[] = []

/** Listens on a free port of 127.0.0.1 until the file's tests are over. */
export async function listen(server: Server, heard: Heard[] = []): Promise<Served> {
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { server, port, url: `http://127.0.0.1:${port}`, heard }
}

afterAll(() => {
  for (const server of servers) {
    server.close()
    server.closeAllConnections()
  }
})

/** An Express app with Faultline over it and below it, over a real socket. */
export async function serve(
  express: Express,
  routes: (app: Application) => void,
  given: Partial<Options> = {},
  serverOptions: ServerOptions = {},
): Promise<Served> {
  const { options, heard } = hearing(given)
  const app = faultline(express(), options)
  routes(app)
  return listen(attach(createServer(serverOptions, app), options), heard)
}
