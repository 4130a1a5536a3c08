import process from 'node:process'
import { parentPort } from 'node:worker_threads'
import type { SdkReport } from '../shared/send-event.ts'
import { aiSdkAnthropic, aiSdkCompatible } from './ai-sdk.ts'
import { anthropic } from './anthropic.ts'
import { faultline } from './faultline.ts'
import { google } from './google.ts'
import type { Job } from './job.ts'
import { openai } from './openai.ts'
import { installTimers } from './retry-timers.ts'
import { runSdk } from './run-sdk.ts'

/** Starts a job, or, without one, cancels the job with this id. */
export interface WorkerRequest {
  readonly id: number
  readonly job?: Job
}

/** A report of a job, or, without one, its end. */
export interface WorkerResponse {
  readonly id: number
  readonly report?: SdkReport
}

const sdks = [openai, anthropic, aiSdkCompatible, aiSdkAnthropic, google, faultline]
const inProgress = new Map<number, AbortController>()

if (parentPort === null) throw new Error('worker: must run in a worker thread')
const port = parentPort

function respond(response: WorkerResponse): void {
  port.postMessage(response)
}

async function run(id: number, job: Job): Promise<void> {
  const cancel = new AbortController()
  inProgress.set(id, cancel)
  // A report that cannot be sent must not prevent the others.
  await Promise.allSettled(
    sdks.map(async (sdk) => {
      const report = await runSdk(sdk, job, cancel.signal)
      if (!cancel.signal.aborted) respond({ id, report })
    }),
  )
  inProgress.delete(id)
  respond({ id })
}

// Warnings of the AI SDK are about the model in use.
Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false })
installTimers()
port.on('message', ({ id, job }: WorkerRequest) => {
  if (job === undefined) inProgress.get(id)?.abort()
  else void run(id, job)
})
// SDKs may leave rejected promises without a handler. They must not end the worker.
process.on('unhandledRejection', () => {})
