import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { Gateway, readConfig } from '@faultline/app-gateway'
import { startUpstream } from '@faultline/app-upstream'
import { afterAll, beforeAll } from 'vitest'
import { describeDemoApi, type Differences } from './demo-api.ts'
import type { Target } from './send.ts'

/** Creates an app's server. The server must not listen yet. */
export type CreateServer = (gateway: Gateway) => Server | Promise<Server>

/** A running app with its own upstream. */
export interface RunningApp extends Target {
  /** Returns the number of open sockets. */
  connections(): Promise<number>
  close(): Promise<void>
}

/**
 * Starts an app in this process, on a free port.
 *
 * @param env Environment variables of the app.
 * @param log Destination of its log lines.
 */
export async function startApp(
  createServer: CreateServer,
  env: Readonly<Record<string, string>> = {},
  log?: { write(line: string): void },
): Promise<RunningApp> {
  const upstream = await startUpstream()
  const gateway = new Gateway(readConfig({ LOG_LEVEL: 'silent', ...env }), upstream.url, log)
  const server = await createServer(gateway)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: (model) => upstream.calls(model),
    openStreams: () => upstream.openStreams,
    connections: () => promisify(server.getConnections.bind(server))(),
    async close() {
      server.close()
      server.closeAllConnections()
      gateway.close()
      await upstream.close()
    },
  }
}

/** Tests the demo API of an app. Call it once per test file. */
export function describeApp(name: string, createServer: CreateServer, differences: Differences = {}): void {
  let app: RunningApp
  beforeAll(async () => {
    app = await startApp(createServer)
  })
  afterAll(() => app.close())
  describeDemoApi(name, () => app, differences)
}
