import { parentPort } from 'node:worker_threads'
import type { SdkReport } from '../shared/send-event.ts'
import { aiSdkAnthropic, aiSdkCompatible } from './ai-sdk.ts'
import { anthropic } from './anthropic.ts'
import { askSdk } from './ask-sdk.ts'
import { installClock } from './clock.ts'
import { faultline } from './faultline.ts'
import { google } from './google.ts'
import type { Job } from './job.ts'
import { openai } from './openai.ts'

/** What this thread is told: a job, or, without one, that nobody waits for it any more. */
export interface Order {
  readonly id: number
  readonly job?: Job
}

/** What it tells: a report, or, without one, that there are no more. */
export interface Delivery {
  readonly id: number
  readonly report?: SdkReport
}

const sdks = [openai, anthropic, aiSdkCompatible, aiSdkAnthropic, google, faultline]
const underWay = new Map<number, AbortController>()

function deliver(delivery: Delivery): void {
  parentPort!.postMessage(delivery)
}

async function run(id: number, job: Job): Promise<void> {
  const left = new AbortController()
  underWay.set(id, left)
  // One that can't be told of is no reason to leave out the others.
  await Promise.allSettled(
    sdks.map(async (sdk) => {
      const report = await askSdk(sdk, job, left.signal)
      if (!left.signal.aborted) deliver({ id, report })
    }),
  )
  underWay.delete(id)
  deliver({ id })
}

// The AI SDK's remarks on models are for those who write prompts.
Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false })
installClock()
parentPort!.on('message', ({ id, job }: Order) => {
  if (job === undefined) underWay.get(id)?.abort()
  else void run(id, job)
})
// What an SDK leaves behind in a promise that nobody reads is no reason to end.
process.on('unhandledRejection', () => {})
