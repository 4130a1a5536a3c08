import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Kind } from '../workload.ts'

export interface RunningServer {
  readonly port: number
  close(): Promise<void>
}

/** Creates the server of one variant. */
export type CreateServer = (kind: Kind) => Promise<RunningServer>

/** The variants of a framework, by name. */
export type Variants = Readonly<Record<string, CreateServer>>

/** Waits until a server listens on a free port of 127.0.0.1. */
export async function listen(server: Server): Promise<RunningServer> {
  if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    port: getPort(server),
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

export function getPort(server: Server): number {
  return (server.address() as AddressInfo).port
}
