import type { Failure } from '../failure.ts'
import { read, readNumber, readText } from '../read.ts'
import { transportOf } from '../transport.ts'

const mark = (name: string): symbol => Symbol.for(`vercel.ai.${name}`)
const RETRY = mark('error.AI_RetryError')
const CALL = mark('error.AI_APICallError')
const STREAM = mark('error.AI_StreamProviderError')
const GATEWAY = mark('gateway.error')
const ANY = mark('error')

/** The last of the attempts that the AI SDK's RetryError tells of: that is what failed. */
export function lastAttempt(thrown: unknown): unknown {
  let error = thrown
  for (let depth = 0; depth < 4 && read(error, RETRY) === true; depth++) error = read(error, 'lastError')
  return error
}

/** Recognizes the AI SDK's errors, 5 to 7, by the symbols that they are marked with. */
export function fromAiSdk(thrown: object): Failure | undefined {
  if (read(thrown, CALL) === true) return callFailure(thrown)
  if (read(thrown, STREAM) === true) {
    return { status: readNumber(thrown, 'statusCode'), body: streamBody(thrown), began: true }
  }
  if (read(thrown, GATEWAY) === true) {
    const status = readNumber(thrown, 'statusCode')
    const message = readText(thrown, 'message')
    return {
      status,
      requestId: readText(thrown, 'generationId'),
      body: { error: { type: readText(thrown, 'type'), message } },
      transport: status === undefined ? transportOf(thrown) : undefined,
    }
  }
  if (read(thrown, ANY) !== true) return undefined
  // What is left is the SDK's own: a prompt it can't send, an answer it can't read.
  return { transport: transportOf(thrown) ?? 'unreadable' }
}

function callFailure(thrown: object): Failure {
  const status = readNumber(thrown, 'statusCode')
  const answer = { headers: read(thrown, 'responseHeaders'), sent: read(thrown, 'requestBodyValues') }
  if (status !== undefined && status >= 400)
    return { ...answer, status, body: read(thrown, 'responseBody') ?? read(thrown, 'data') }
  const transport = transportOf(thrown) ?? (status === undefined ? 'unreachable' : undefined)
  // With a 200, the body was cut (another try may do) or is not what was agreed on.
  const began = status !== undefined
  return {
    ...answer,
    began,
    transport: transport ?? (read(thrown, 'isRetryable') === true ? 'cut' : 'unreadable'),
    body: read(thrown, 'responseBody'),
  }
}

/** What a provider said within a stream: the SDK keeps its members apart from what it parsed. */
function streamBody(thrown: object): object {
  const data = read(thrown, 'data')
  const message =
    readText(read(data, 'error'), 'message') ?? readText(data, 'message') ?? readText(thrown, 'message')
  return { error: { code: read(thrown, 'code'), type: readText(thrown, 'type'), message } }
}
