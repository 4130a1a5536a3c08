import { setTimeout as sleep } from 'node:timers/promises'
import type { SdkError, SdkReport } from '../shared/send-event.ts'
import { createFetch } from './create-fetch.ts'
import type { Job } from './job.ts'
import { observeRetries } from './retry-timers.ts'
import { describeAnyError, type Sdk } from './sdk.ts'

const SDK_TIMEOUT_MS = 8000

/** Maximum length of a string in a report. */
const MAX_TEXT_LENGTH = 2000

/** Stands for the error of an SDK that exceeded the timeout. */
const TIMED_OUT = Symbol('timed out')

/** Runs an SDK twice: without retries to get its error, and with one retry to see whether it retries. */
export async function runSdk(sdk: Sdk, job: Job, signal: AbortSignal): Promise<SdkReport> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(SDK_TIMEOUT_MS)])
  const [single, retried] = await Promise.all([attempt(sdk, job, 0, limit), attempt(sdk, job, 1, limit)])
  const isTimedOut = single.thrown === TIMED_OUT
  const error = isTimedOut || single.thrown === undefined ? undefined : describe(sdk, single.thrown)
  const [envelopeId = ''] = job.envelope.split(':', 1)
  const isRetried = retried.requests > 1
  return {
    name: sdk.name,
    isOwnEnvelope: sdk.ownEnvelopes.includes(envelopeId),
    outcome: isTimedOut ? 'timed-out' : error === undefined ? 'succeeded' : 'failed',
    error: error && { ...error, message: error.message.slice(0, MAX_TEXT_LENGTH) },
    text: single.text.slice(0, MAX_TEXT_LENGTH),
    isRetried,
    retryDelayMs: isRetried ? retried.delays.at(-1) : undefined,
    isRetryOptIn: sdk.isRetryOptIn,
  }
}

/** An error caused by an unknown body may not have the fields that the SDK's type declares. */
function describe(sdk: Sdk, thrown: unknown): SdkError {
  try {
    return sdk.describeError(thrown)
  } catch {
    return describeAnyError(thrown)
  }
}

interface Attempt {
  /** The SDK's error; undefined on success. */
  readonly thrown: unknown
  readonly text: string
  /** Number of requests that the SDK sent. */
  readonly requests: number
  readonly delays: readonly number[]
}

async function attempt(sdk: Sdk, job: Job, maxRetries: number, signal: AbortSignal): Promise<Attempt> {
  const observer = { isAfterResponse: false, delays: [] as number[], requests: 0 }
  let text = ''
  const fetch = createFetch(job, sdk.surface, observer, signal)
  const stream = 'stream' in job.raise && job.raise.stream
  const onText = (more: string): void => {
    text += more
  }
  const chat = observeRetries(observer, () => sdk.chat({ fetch, maxRetries, stream, onText }))
  let thrown: unknown
  try {
    await Promise.race([chat, rejectOnAbort(signal)])
  } catch (error) {
    thrown = error ?? new Error(`Threw ${String(error)}`)
  }
  chat.catch(() => {})
  return { thrown: signal.aborted && thrown !== undefined ? TIMED_OUT : thrown, text, ...observer }
}

async function rejectOnAbort(signal: AbortSignal): Promise<never> {
  await sleep(SDK_TIMEOUT_MS * 2, undefined, { signal, ref: false })
  throw new Error('Timed out')
}
