import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import process from 'node:process'
import { startUpstream } from '@faultline/app-upstream'
import { drain } from '@faultline/node'
import { readConfig, type Config } from './config.ts'
import { Gateway } from './gateway.ts'

/** Time that requests in progress have to end when the process stops, in milliseconds. Then `drain` ends them. */
const DRAIN_TIMEOUT_MS = 4000

/** Starts a gateway, and its upstream in this process unless the configuration names another. */
export async function startGateway(
  config: Config,
): Promise<{ gateway: Gateway; close: () => Promise<void> }> {
  if (config.upstreamUrl !== undefined) {
    const gateway = new Gateway(config, config.upstreamUrl)
    return { gateway, close: async () => gateway.close() }
  }
  const upstream = await startUpstream()
  const gateway = new Gateway(config, upstream.url)
  return {
    gateway,
    async close() {
      gateway.close()
      await upstream.close()
    },
  }
}

/**
 * Runs an example app as a process. It prints one line to standard output when it listens. On SIGTERM or SIGINT it
 * drains and exits with code 0 within 5 seconds.
 *
 * @param createServer Creates the app's server; it must not listen yet.
 */
export async function run(createServer: (gateway: Gateway) => Server | Promise<Server>): Promise<void> {
  try {
    const config = readConfig(process.env)
    const { gateway, close } = await startGateway(config)
    const server = await createServer(gateway)
    server.listen(config.port, config.host)
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    process.stdout.write(`listening on http://${config.host}:${port}\n`)
    // Not `once`: Ctrl+C reaches the whole process group, and a parent may pass its own signal on.
    let stopping: Promise<void> | undefined
    const stop = (): void => {
      stopping ??= drain(server, { timeout: DRAIN_TIMEOUT_MS })
        .then(close)
        .then(() => process.exit(0))
    }
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(1)
  }
}
