import type { Bench } from '../sdks/bench.ts'
import type { Recording } from '../sdks/job.ts'
import { requestOf } from '../shared/request-of.ts'
import type { SendEvent } from '../shared/send-event.ts'
import type { Sending } from '../shared/sending.ts'
import { exchange, type ExchangeEvent, type ExchangeLimits } from './exchange.ts'

/** Sends what the page asks for, tells of the answer as it comes, and then what SDKs make of it. */
export async function* send(
  { envelope, raise, sdks }: Sending,
  address: string,
  bench: Bench,
  limits: ExchangeLimits,
  signal: AbortSignal,
): AsyncGenerator<SendEvent> {
  let recording: Recording = { status: 0, statusText: '', headers: [], texts: [], how: 'cut' }
  for await (const event of exchange(address, requestOf(raise, envelope), limits, signal)) {
    recording = recorded(recording, event)
    yield event
  }
  if (!sdks) return
  // Some requests more would open the circuit of a model that fails, and no SDK makes odd ones: all of them read the
  // answer that came.
  const isRecorded = raise.kind === 'chat' || raise.kind === 'request'
  const job = { address, envelope, raise, recording: isRecorded ? recording : undefined }
  for await (const report of bench.ask(job, signal)) yield { type: 'sdk', report }
}

function recorded(recording: Recording, event: ExchangeEvent): Recording {
  switch (event.type) {
    case 'head': {
      const { status, statusLine, headers } = event
      return { ...recording, status, statusText: statusLine.split(' ').slice(2).join(' '), headers }
    }
    case 'body':
      return { ...recording, texts: [...recording.texts, event.text] }
    case 'end':
      return { ...recording, how: event.how }
    default:
      return recording
  }
}
