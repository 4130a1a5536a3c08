import { createRequest } from '../shared/create-request.ts'
import type { Job, Recording } from './job.ts'
import type { RetryObserver } from './retry-timers.ts'

/** Observations of the requests that an SDK sends. */
export interface RequestObserver extends RetryObserver {
  requests: number
}

/**
 * Creates the `fetch` for an SDK. Regardless of the URL it returns the response that the job is about: the recorded
 * one, or that of a new request to the app.
 *
 * @param surface Envelope whose stream events the SDK reads.
 */
export function createFetch(
  { address, envelope, raise, recording }: Job,
  surface: string,
  observer: RequestObserver,
  signal: AbortSignal,
): typeof globalThis.fetch {
  return async (input, init) => {
    observer.isAfterResponse = false
    observer.requests += 1
    const isShared = envelope.split(':', 1)[0] === 'universal'
    const { path } = createRequest(raise, envelope, isShared ? surface : '1')
    const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined))
    headers.delete('content-type')
    headers.delete('content-length')
    const signals = init?.signal ? [signal, init.signal] : [signal]
    try {
      const response = recording
        ? replay(recording)
        : await fetch(address + path, { headers, signal: AbortSignal.any(signals) })
      // Read the whole error, so that no timer of the connection remains.
      if (!response.ok) return new Response(await response.arrayBuffer(), response)
      return response
    } finally {
      observer.isAfterResponse = true
    }
  }
}

/** Creates a response from a recording. @throws TypeError if there was no response */
function replay({ status, statusText, headers, chunks, ending }: Recording): Response {
  if (status === 0) throw new TypeError('fetch failed', { cause: new Error('The connection was closed') })
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(encoder.encode(chunk))
      if (ending === 'complete') controller.close()
    },
    // Called when all chunks have been read. An error in `start` would discard them.
    pull(controller) {
      controller.error(new TypeError('terminated', { cause: new Error('other side closed') }))
    },
  })
  return new Response(body, { status, statusText, headers: headers.map(([name, value]) => [name, value]) })
}
