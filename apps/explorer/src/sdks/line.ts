import { requestOf } from '../shared/request-of.ts'
import type { Job, Recording } from './job.ts'
import type { Watch } from './clock.ts'

/**
 * The `fetch` that connects an SDK to what a job is about: whatever it asks for, it gets the one answer, and its
 * requests are counted on real sockets.
 *
 * @param surface The events that the SDK reads.
 */
export function lineTo(
  { address, envelope, raise, recording }: Job,
  surface: string,
  watch: Watch & { asked: number },
  signal: AbortSignal,
): typeof globalThis.fetch {
  return async (input, init) => {
    watch.isWaiting = false
    watch.asked += 1
    const isShared = envelope.split(':', 1)[0] === 'universal'
    const { path } = requestOf(raise, envelope, isShared ? surface : '1')
    const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined))
    headers.delete('content-type')
    headers.delete('content-length')
    const signals = init?.signal ? [signal, init.signal] : [signal]
    try {
      const response = recording
        ? played(recording)
        : await fetch(address + path, { headers, signal: AbortSignal.any(signals) })
      // What is read to its end here leaves no timer of the connection's behind.
      if (!response.ok) return new Response(await response.arrayBuffer(), response)
      return response
    } finally {
      watch.isWaiting = true
    }
  }
}

/** What was recorded, as an answer. @throws TypeError where nothing came of it */
function played({ status, statusText, headers, texts, how }: Recording): Response {
  if (status === 0) throw new TypeError('fetch failed', { cause: new Error('The connection was closed') })
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const text of texts) controller.enqueue(encoder.encode(text))
      if (how === 'whole') controller.close()
    },
    // Only once all is read: an error throws away what waits.
    pull(controller) {
      controller.error(new TypeError('terminated', { cause: new Error('other side closed') }))
    },
  })
  return new Response(body, { status, statusText, headers: headers.map(([name, value]) => [name, value]) })
}
