import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { setImmediate } from 'node:timers/promises'
import type { ReceivedResponse } from './exchange.ts'
import { splitBytes } from './random.ts'
import { listen } from './servers/server.ts'

/** A way to divide a replayed body: at once, in pieces of a few bytes, byte by byte. */
export type Chunking = 'bytes' | 'pieces' | 'whole'

const MEAN_PIECE_SIZE = 7

function splitBody(body: Uint8Array, chunking: Chunking): Uint8Array[] {
  if (chunking === 'whole') return [body]
  if (chunking === 'pieces') return splitBytes(body, body.length, MEAN_PIECE_SIZE)
  return Array.from(body, (_, index) => body.subarray(index, index + 1))
}

/** A local server that sends recorded responses over real sockets. */
export interface ReplayServer {
  /** Adds a response and returns its URL, to which clients append their paths. */
  add(response: ReceivedResponse, chunking: Chunking): string
  readonly close: () => Promise<void>
}

export async function startReplayServer(): Promise<ReplayServer> {
  const replays: { readonly response: ReceivedResponse; readonly chunks: readonly Uint8Array[] }[] = []
  const server = createServer((request, response) => {
    const replay = replays[Number(request.url?.split('/')[1])]
    request.resume()
    if (replay === undefined) response.writeHead(404).end()
    else void sendReplay(response, replay.response, replay.chunks)
  })
  const { port, close } = await listen(server)
  return {
    add(response, chunking) {
      const length = replays.push({ response, chunks: splitBody(response.body, chunking) })
      return `http://127.0.0.1:${port}/${length - 1}`
    },
    close,
  }
}

async function sendReplay(
  response: ServerResponse,
  { status, headers, isComplete }: ReceivedResponse,
  chunks: readonly Uint8Array[],
): Promise<void> {
  response.socket?.setNoDelay(true)
  response.writeHead(status, headers)
  response.flushHeaders()
  for (const chunk of chunks) {
    await setImmediate()
    if (response.destroyed) return
    if (!response.write(chunk)) await Promise.race([once(response, 'drain'), once(response, 'close')])
  }
  if (isComplete) response.end()
  else response.destroy()
}
