import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import process from 'node:process'
import { startUpstream } from '@faultline/app-upstream'
import { readConfig, type Config } from './config.ts'
import { Gateway } from './gateway.ts'

/** How long requests that are under way may take to end, in milliseconds. */
const PATIENCE = 4000

/** A gateway with its upstream, which runs in this process unless the configuration names another. */
export async function startGateway(
  config: Config,
): Promise<{ gateway: Gateway; close: () => Promise<void> }> {
  const embedded = config.upstreamUrl === undefined ? await startUpstream() : undefined
  const gateway = new Gateway(config, config.upstreamUrl ?? embedded!.url)
  return {
    gateway,
    async close() {
      gateway.close()
      await embedded?.close()
    },
  }
}

/**
 * Runs an app by the contract of every example: one line on standard output when it listens, and on SIGTERM or SIGINT
 * a drained end with code 0, within 5 seconds.
 *
 * @param createServer Makes the app's server, not listening yet.
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
    const stop = (): void =>
      void drain(server)
        .then(close)
        .then(() => process.exit(0))
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop)
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    process.exit(1)
  }
}

async function drain(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeIdleConnections()
  const cut = setTimeout(() => server.closeAllConnections(), PATIENCE)
  await closed
  clearTimeout(cut)
}
