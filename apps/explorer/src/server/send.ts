import type { Recording } from '../sdks/job.ts'
import type { SdkWorkerPool } from '../sdks/sdk-worker-pool.ts'
import { createRequest } from '../shared/create-request.ts'
import type { SendEvent } from '../shared/send-event.ts'
import type { SendRequest } from '../shared/send-request.ts'
import { exchange, type ExchangeEvent, type ExchangeLimits } from './exchange.ts'

/** Sends a request to an app and yields the response as it arrives, and then the results of the SDKs. */
export async function* send(
  { envelope, raise, sdks }: SendRequest,
  address: string,
  sdkWorkerPool: SdkWorkerPool,
  limits: ExchangeLimits,
  signal: AbortSignal,
): AsyncGenerator<SendEvent> {
  let recording: Recording = { status: 0, statusText: '', headers: [], chunks: [], ending: 'truncated' }
  for await (const event of exchange(address, createRequest(raise, envelope), limits, signal)) {
    recording = record(recording, event)
    yield event
  }
  if (!sdks) return
  // More chat requests would open the circuit of a failing model, and SDKs cannot send invalid requests.
  const isRecorded = raise.kind === 'chat' || raise.kind === 'request'
  const job = { address, envelope, raise, recording: isRecorded ? recording : undefined }
  for await (const report of sdkWorkerPool.run(job, signal)) yield { type: 'sdk', report }
}

function record(recording: Recording, event: ExchangeEvent): Recording {
  switch (event.type) {
    case 'head': {
      const { status, statusLine, headers } = event
      return { ...recording, status, statusText: statusLine.split(' ').slice(2).join(' '), headers }
    }
    case 'body':
      return { ...recording, chunks: [...recording.chunks, event.text] }
    case 'end':
      return { ...recording, ending: event.ending }
    default:
      return recording
  }
}
