import { isJsonObject, parseJson, type SentStream, type ServerSentEvent } from '@faultline/core'
import { createFinding, type Finding } from './finding.ts'

/** Creates the state of a stream after its events. */
export function toSentStream(events: readonly ServerSentEvent[]): SentStream {
  const values = events.map(({ data }) => parseJson(data))
  return { format: 'events', first: values[0], last: values.findLast(isJsonObject) }
}

/** Compares the names of the events that end a stream, and their number. */
export function compareNames(
  actual: readonly ServerSentEvent[],
  expected: readonly ServerSentEvent[],
): Finding[] {
  const findings = expected.flatMap(({ event, data }, index) => {
    const other = actual[index]
    if (other === undefined) {
      const text = event === 'message' ? `with the data ${data}` : event
      return createFinding('stream', `The error event is not followed by the event ${text}`)
    }
    if (other.event === event) return []
    return createFinding('stream', `The event is named ${other.event}, expected ${event}`)
  })
  const [unexpected] = actual.slice(expected.length)
  if (unexpected !== undefined) {
    const data = JSON.stringify(unexpected.data.slice(0, 80))
    findings.push(createFinding('stream', `Unexpected data after the error event: ${data}`))
  }
  return findings
}
