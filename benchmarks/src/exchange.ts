import { connect } from 'node:net'
import { getRequestPath, type Kind } from './workload.ts'

/** A response as it was received, byte by byte. */
export interface ReceivedResponse {
  /** Status line without the line break. */
  readonly statusLine: string
  /** Values by lower-case name. Frameworks write names in different cases and orders. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
  /** Length of head and body in bytes. */
  readonly byteLength: number
}

const EXCHANGE_TIMEOUT_MS = 10_000

/** Returns the bytes of the request of a kind. */
export function createRequest(kind: Kind): string {
  return `GET ${getRequestPath(kind)} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n\r\n`
}

/** Sends one request over a new connection and returns the response. */
export async function exchange(port: number, request: string): Promise<ReceivedResponse> {
  const socket = connect(port, '127.0.0.1')
  // latin1 keeps one character per byte.
  socket.setEncoding('latin1').write(request)
  socket.setTimeout(EXCHANGE_TIMEOUT_MS, () => socket.destroy(new Error('The response did not end in time')))
  let received = ''
  for await (const chunk of socket) {
    received += String(chunk)
    const response = parseResponse(received)
    if (response !== undefined) return response
  }
  throw new Error(`The connection ended before the response; received ${JSON.stringify(received)}`)
}

/** Parses a response with Content-Length. Undefined if it is not complete. */
function parseResponse(received: string): ReceivedResponse | undefined {
  const headEnd = received.indexOf('\r\n\r\n')
  if (headEnd === -1) return undefined
  const [statusLine = '', ...lines] = received.slice(0, headEnd).split('\r\n')
  const headers = new Map(lines.map((line) => parseHeader(line)))
  const body = received.slice(headEnd + 4)
  const isComplete = body.length === Number(headers.get('content-length'))
  return isComplete ? { statusLine, headers, body, byteLength: received.length } : undefined
}

function parseHeader(line: string): [name: string, value: string] {
  const colon = line.indexOf(':')
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
}

/**
 * Compares a response with the response of Faultline. Values that differ in each response (request id, time) are equal if
 * they have the same form and length. The order of headers and the case of their names are not compared.
 *
 * @returns The differences, each as a sentence.
 */
export function findDifferences(actual: ReceivedResponse, expected: ReceivedResponse): string[] {
  const differences: string[] = []
  if (actual.statusLine !== expected.statusLine)
    differences.push(`status line: expected "${expected.statusLine}", received "${actual.statusLine}"`)
  for (const name of new Set([...expected.headers.keys(), ...actual.headers.keys()])) {
    const expectedValue = normalize(expected.headers.get(name))
    const actualValue = normalize(actual.headers.get(name))
    if (actualValue !== expectedValue)
      differences.push(`header "${name}": expected ${quote(expectedValue)}, received ${quote(actualValue)}`)
  }
  const difference = compareText(normalize(actual.body), normalize(expected.body))
  if (difference !== undefined) differences.push(difference)
  if (differences.length === 0 && actual.byteLength !== expected.byteLength)
    differences.push(`length: expected ${expected.byteLength} bytes, received ${actual.byteLength}`)
  return differences
}

function quote(value: string | undefined): string {
  return value === undefined ? 'no such header' : `"${value}"`
}

/** Replaces request ids and times by constants of the same length. */
function normalize(text: string | undefined): string | undefined {
  return text
    ?.replaceAll(/req_[a-z0-9-]{24}\b/g, 'req_xxxxxxxxxxxxxxxxxxxxxxxx')
    .replaceAll(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, '2026-01-01T00:00:00Z')
    .replaceAll(
      /\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT/g,
      'Thu, 01 Jan 2026 00:00:00 GMT',
    )
}

function compareText(actual = '', expected = ''): string | undefined {
  if (actual === expected) return undefined
  let index = 0
  while (actual[index] === expected[index]) index += 1
  const around = (text: string): string => JSON.stringify(text.slice(Math.max(0, index - 20), index + 20))
  return `body, byte ${index}: expected ${around(expected)}, received ${around(actual)}`
}
