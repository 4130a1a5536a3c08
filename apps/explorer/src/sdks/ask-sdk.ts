import { setTimeout } from 'node:timers/promises'
import type { Raised, SdkReport } from '../shared/send-event.ts'
import { underWatch } from './clock.ts'
import type { Job } from './job.ts'
import { lineTo } from './line.ts'
import { toldOf, type Sdk } from './sdk.ts'

/** The longest that an SDK may take, in milliseconds. */
const PATIENCE = 8000

/** The most of a text that is told. */
const LONGEST = 2000

/** What is told of an SDK that was not done in time. */
const TOO_SLOW = Symbol('too slow')

/** Asks an SDK twice: without retries for what it raises, and with one for whether it makes use of it. */
export async function askSdk(sdk: Sdk, job: Job, signal: AbortSignal): Promise<SdkReport> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)])
  const [once, twice] = await Promise.all([attempt(sdk, job, 0, limit), attempt(sdk, job, 1, limit)])
  const isSlow = once.thrown === TOO_SLOW
  const raised = isSlow || once.thrown === undefined ? undefined : raisedBy(sdk, once.thrown)
  return {
    name: sdk.name,
    isAtHome: sdk.homes.includes(job.envelope.split(':', 1)[0]!),
    outcome: isSlow ? 'too-slow' : raised === undefined ? 'answered' : 'raised',
    raised: raised && { ...raised, message: raised.message.slice(0, LONGEST) },
    text: once.text.slice(0, LONGEST),
    retries: twice.asked > 1,
    waits: twice.asked > 1 ? twice.waits.at(-1) : undefined,
    isOptIn: sdk.isOptIn,
  }
}

/** What is thrown of another's answer may be of any shape. */
function raisedBy(sdk: Sdk, thrown: unknown): Raised {
  try {
    return sdk.raised(thrown)
  } catch {
    return toldOf(thrown)
  }
}

/** What came of asking an SDK. */
interface Attempt {
  /** Undefined where nothing was. */
  readonly thrown: unknown
  readonly text: string
  /** The requests that it made. */
  readonly asked: number
  readonly waits: readonly number[]
}

async function attempt(sdk: Sdk, job: Job, retries: number, signal: AbortSignal): Promise<Attempt> {
  const watch = { isWaiting: false, waits: [] as number[], asked: 0 }
  let text = ''
  const fetch = lineTo(job, sdk.surface, watch, signal)
  const stream = 'stream' in job.raise && job.raise.stream
  const asked = underWatch(watch, () => sdk.ask({ fetch, retries, stream, heard: (more) => (text += more) }))
  let thrown: unknown
  try {
    await Promise.race([asked, tooSlow(signal)])
  } catch (error) {
    thrown = error ?? new Error(`Raised ${String(error)}`)
  }
  asked.catch(() => {})
  return { thrown: signal.aborted && thrown !== undefined ? TOO_SLOW : thrown, text, ...watch }
}

async function tooSlow(signal: AbortSignal): Promise<never> {
  await setTimeout(PATIENCE * 2, undefined, { signal, ref: false })
  throw new Error('Too slow')
}
