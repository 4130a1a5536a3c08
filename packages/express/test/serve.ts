import { createServer, type Server, type ServerOptions } from 'node:http'
import { listen as kitListen } from '@faultline/test-kit'
import express5, { type Application, type Request } from 'express'
import express4 from 'express4'
import {
  attach,
  faultline,
  type ApiError,
  type FaultlineRequest,
  type ResponderOptions,
} from '../src/index.ts'

export type Express = typeof express5

export type Options = ResponderOptions<Request>

/** Both supported majors. The types of Express 4 differ in parts that these tests do not use. */
export const majors: readonly { readonly major: string; readonly express: Express }[] = [
  { major: 'Express 4', express: express4 as unknown as Express },
  { major: 'Express 5', express: express5 },
]

/** One call of the hook. */
export interface HookCall {
  readonly error: ApiError
  readonly thrown: unknown
  readonly request: FaultlineRequest
}

/** Options whose hook records its calls. */
export function recordHookCalls(overrides: Partial<Options> = {}): {
  options: Options
  hookCalls: HookCall[]
} {
  const hookCalls: HookCall[] = []
  const onError: Options['onError'] = (error, thrown, request) => {
    hookCalls.push({ error, thrown, request })
  }
  return { options: { envelope: 'ai-api', onError, ...overrides }, hookCalls }
}

export interface Served {
  readonly server: Server
  readonly port: number
  readonly url: string
  /** The calls of the hook. */
  readonly hookCalls: HookCall[]
}

/** Listens on a free port of 127.0.0.1 until the file's tests are over. */
export async function listen(server: Server, hookCalls: HookCall[] = []): Promise<Served> {
  const url = await kitListen(server)
  return { server, port: Number(new URL(url).port), url, hookCalls }
}

/** An Express app with Faultline on the app and its server, on a real socket. */
export async function serve(
  express: Express,
  routes: (app: Application) => void,
  overrides: Partial<Options> = {},
  serverOptions: ServerOptions = {},
): Promise<Served> {
  const { options, hookCalls } = recordHookCalls(overrides)
  const app = faultline(express(), options)
  routes(app)
  return listen(attach(createServer(serverOptions, app), options), hookCalls)
}
