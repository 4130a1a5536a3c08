import { on } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { SdkReport } from '../shared/send-event.ts'
import type { Job } from './job.ts'
import type { WorkerRequest, WorkerResponse } from './worker.ts'

const WORKER = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url)

/**
 * Runs SDKs in a worker thread. The thread has its own timers, which the worker replaces, and an unhandled rejection
 * in an SDK does not end the server.
 */
export class SdkWorkerPool {
  #worker: Worker | undefined
  #lastId = 0

  /** Yields the report of each SDK as it completes. Ends early if the worker exits. */
  async *run(job: Job, signal: AbortSignal): AsyncGenerator<SdkReport> {
    const worker = (this.#worker ??= this.#start())
    const id = ++this.#lastId
    const post = (request: Omit<WorkerRequest, 'id'>): void =>
      worker.postMessage({ id, ...request } satisfies WorkerRequest)
    const exit = new AbortController()
    const onExit = (): void => exit.abort()
    worker.once('exit', onExit)
    const messages = on(worker, 'message', { signal: AbortSignal.any([signal, exit.signal]) })
    post({ job })
    try {
      for await (const [response] of messages as AsyncIterable<[WorkerResponse]>) {
        if (response.id !== id) continue
        if (response.report === undefined) return
        yield response.report
      }
    } catch (error) {
      if (!exit.signal.aborted) throw error
    } finally {
      worker.off('exit', onExit)
      post({})
    }
  }

  async close(): Promise<void> {
    await this.#worker?.terminate()
  }

  #start(): Worker {
    const worker = new Worker(WORKER)
    worker.setMaxListeners(0)
    worker.once('exit', () => (this.#worker = undefined))
    worker.on('error', (error) => console.error('The SDK worker failed', error))
    worker.unref()
    return worker
  }
}
