import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { Gateway, readConfig } from '@faultline/app-gateway'
import { startUpstream } from '@faultline/app-upstream'
import { afterAll, beforeAll } from 'vitest'
import { describeDemoApi } from './demo-api.ts'
import type { Target } from './ask.ts'

/** What makes an app's server, not listening yet. */
export type CreateServer = (gateway: Gateway) => Server | Promise<Server>

/** An app that runs, with an upstream of its own. */
export interface RunningApp extends Target {
  /** How many sockets are open. */
  connections(): Promise<number>
  close(): Promise<void>
}

/**
 * Starts an app in this process, on a free port.
 *
 * @param env What its environment says.
 * @param log Where its log lines go.
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

/** Every row of spec/demo-api.md, asked of an app. A test file has one. */
export function describeApp(name: string, createServer: CreateServer): void {
  let app: RunningApp
  beforeAll(async () => {
    app = await startApp(createServer)
  })
  afterAll(() => app.close())
  describeDemoApi(name, () => app)
}
