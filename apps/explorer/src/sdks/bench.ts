import { on } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { SdkReport } from '../shared/send-event.ts'
import type { Job } from './job.ts'
import type { Delivery, Order } from './worker.ts'

/** A thread of its own: its clock is not that of the server, and what SDKs leave behind does not end it. */
const WORKER = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url)

/** Where SDKs are asked. */
export class Bench {
  #worker: Worker | undefined
  #orders = 0

  /** What each SDK makes of an answer, in the order in which they are done; no more of it, should the thread end. */
  async *ask(job: Job, signal: AbortSignal): AsyncGenerator<SdkReport> {
    const worker = (this.#worker ??= this.#start())
    const id = ++this.#orders
    const order = (rest: Omit<Order, 'id'>): void => worker.postMessage({ id, ...rest } satisfies Order)
    const ended = new AbortController()
    const end = (): void => ended.abort()
    worker.once('exit', end)
    const deliveries = on(worker, 'message', { signal: AbortSignal.any([signal, ended.signal]) })
    order({ job })
    try {
      for await (const [delivery] of deliveries as AsyncIterable<[Delivery]>) {
        if (delivery.id !== id) continue
        if (delivery.report === undefined) return
        yield delivery.report
      }
    } catch (error) {
      if (!ended.signal.aborted) throw error
    } finally {
      worker.off('exit', end)
      order({})
    }
  }

  async close(): Promise<void> {
    await this.#worker?.terminate()
  }

  #start(): Worker {
    const worker = new Worker(WORKER)
    worker.setMaxListeners(0)
    worker.once('exit', () => (this.#worker = undefined))
    worker.on('error', (error) => console.error('The SDKs’ thread failed', error))
    worker.unref()
    return worker
  }
}
