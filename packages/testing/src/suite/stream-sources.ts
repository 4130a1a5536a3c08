import { once } from 'node:events'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { UpstreamError } from '@faultline/core'
import { createCanaryError } from './canary.ts'
import type { HandlerContext } from './fixture.ts'
import { getQuery, pick, toMap } from './query.ts'

/** State of a stream's source. */
export interface SourceState {
  /** Number of generators that have started and not ended. */
  open: number
  /** Number of chunks that were pulled. */
  chunks: number
  /** Whether the signal has aborted. */
  isAborted: boolean
}

/** Sources of streams, by the id in the query. */
export const sources = new Map<string, SourceState>()

/** Creates the error of a source whose upstream fails. */
export function createUpstreamError(): Error {
  return new UpstreamError({ message: 'The upstream said no' })
}

/** Generates JSON that fails before its first chunk, after it, or not at all. */
export async function* generateJson(failure: string): AsyncGenerator<string> {
  if (failure === 'first') throw createUpstreamError()
  yield '{"half":'
  await nextTurn()
  if (failure === 'later') throw createCanaryError()
  yield 'true}'
}

const LARGE_CHUNK = `: ${'x'.repeat(64 * 1024)}\n`

const generators = toMap<(signal: AbortSignal) => AsyncIterable<string | object>>({
  async *complete() {
    yield { n: 1 }
    yield 'data: [DONE]\n\n'
  },
  // oxlint-disable-next-line require-yield -- fails before its first chunk
  async *'fails-first'() {
    throw createUpstreamError()
  },
  async *'fails-later'() {
    yield { n: 1 }
    await nextTurn()
    yield 'data: {"half":'
    throw createUpstreamError()
  },
  async *unserializable() {
    yield { n: 1 }
    yield { planted: 10n }
  },
  async *'half-json'() {
    yield '{"half":'
    await nextTurn()
    throw createCanaryError()
  },
  async *late() {
    await sleep(100)
    yield { n: 1 }
  },
  async *endless(signal) {
    yield { n: 1 }
    await once(signal, 'abort')
  },
  async *large() {
    for (let sent = 0; sent < 1000; sent++) yield LARGE_CHUNK
  },
})

/** Creates the source that the query names, and records its state in `sources`. */
export function createSource(
  context: HandlerContext,
): (signal: AbortSignal) => AsyncIterable<string | object> {
  const generate = pick(generators, context, 'of')
  const state: SourceState = { open: 0, chunks: 0, isAborted: false }
  sources.set(getQuery(context, 'id'), state)
  return async function* generateObserved(signal) {
    signal.addEventListener('abort', () => {
      state.isAborted = true
    })
    state.open += 1
    try {
      for await (const chunk of generate(signal)) {
        state.chunks += 1
        yield chunk
      }
    } finally {
      state.open -= 1
    }
  }
}
