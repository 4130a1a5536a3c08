import type { Failure } from '../failure.ts'
import { isObject, owns, read, readNumber, readText } from '../read.ts'
import { transportOf } from '../transport.ts'

/** Recognizes what axios throws. Its `config` and `request` hold what was sent, the key with it. */
export function fromAxios(thrown: object): Failure | undefined {
  const isCancel = read(thrown, '__CANCEL__') === true
  if (read(thrown, 'isAxiosError') !== true && !isCancel) return undefined
  const response = read(thrown, 'response')
  const status = readNumber(response, 'status')
  const sent = read(read(thrown, 'config'), 'data')
  const answer = { headers: read(response, 'headers'), sent }
  if (!isCancel && status !== undefined && status >= 400)
    return { ...answer, status, body: read(response, 'data') }
  const began = status !== undefined
  const transport =
    transportOf(thrown) ??
    (began || readText(thrown, 'code') === 'ERR_BAD_RESPONSE' ? 'unreadable' : 'unreachable')
  return { ...answer, transport: isCancel ? 'aborted' : transport, began }
}

/** Recognizes what got throws: `options` and, not enumerable, `response`. */
export function fromGot(thrown: object): Failure | undefined {
  const options = read(thrown, 'options')
  const response = read(thrown, 'response')
  const code = readText(thrown, 'code')
  const status = readNumber(response, 'statusCode')
  const isGot = isObject(options) && code !== undefined && read(thrown, 'timings') !== undefined
  if (code !== 'ERR_NON_2XX_3XX_RESPONSE' && !isGot && !(isObject(options) && status !== undefined))
    return undefined
  const answer = { headers: read(response, 'headers'), sent: [read(options, 'json'), read(options, 'body')] }
  if (
    code === 'ERR_NON_2XX_3XX_RESPONSE' ||
    (status !== undefined && status >= 400 && code === 'ERR_BODY_PARSE_FAILURE')
  )
    return { ...answer, status, body: read(response, 'body') }
  return { ...answer, transport: transportOf(thrown) ?? 'unreachable', began: status !== undefined }
}

/** Recognizes what ky throws: `response` is fetch's own, and `data` what was read of it. */
export function fromKy(thrown: object): Failure | undefined {
  const response = read(thrown, 'response')
  const name = readText(thrown, 'name')
  const status = readNumber(response, 'status')
  if (name === 'HTTPError' && status !== undefined) {
    return { status, headers: read(response, 'headers'), body: read(thrown, 'data') }
  }
  if ((name !== 'NetworkError' && name !== 'TimeoutError') || !isObject(read(thrown, 'request')))
    return undefined
  return { transport: transportOf(thrown) ?? 'unreachable' }
}

const NODE_FETCH: Readonly<Record<string, Failure['transport']>> = {
  'request-timeout': 'timeout',
  'body-timeout': 'timeout',
  'invalid-json': 'unreadable',
  'max-size': 'unreadable',
  'max-redirect': 'unsendable',
  'no-redirect': 'unsendable',
}

/** Recognizes what node-fetch throws, which openai 4 and other older SDKs stand on. */
export function fromNodeFetch(thrown: object): Failure | undefined {
  const type = readText(thrown, 'type') ?? ''
  if (readText(thrown, 'name') !== 'FetchError') return undefined
  const own = Object.hasOwn(NODE_FETCH, type) ? NODE_FETCH[type] : undefined
  return { transport: own ?? transportOf(thrown) ?? 'unreachable' }
}

/** Recognizes undici's errors, those for a status among them. */
export function fromUndici(thrown: object): Failure | undefined {
  const code = readText(thrown, 'code')
  if (code === undefined || !code.startsWith('UND_ERR')) return undefined
  const status = readNumber(thrown, 'statusCode') ?? readNumber(thrown, 'status')
  if (
    status !== undefined &&
    status >= 400 &&
    /^UND_ERR_(?:RESPONSE|RESPONSE_STATUS_CODE|REQ_RETRY)$/.test(code)
  ) {
    return { status, headers: read(thrown, 'headers'), body: read(thrown, 'body') ?? read(thrown, 'data') }
  }
  return { transport: transportOf(thrown) ?? 'reset' }
}

/** What a fetch rejects with where the network failed, in Node.js and in browsers. */
const FETCH =
  /^(?:fetch failed|Failed to fetch|Load failed|NetworkError when attempting to fetch resource\.)$/

/** Recognizes what fetch throws: of the way there, and of a body that was cut. */
export function fromFetch(thrown: object): Failure | undefined {
  const message = readText(thrown, 'message') ?? ''
  if (readText(thrown, 'name') !== 'TypeError') return undefined
  if (message === 'terminated') return { transport: transportOf(thrown) ?? 'cut', began: true }
  if (FETCH.test(message)) return { transport: transportOf(thrown) ?? 'unreachable' }
  return undefined
}

/** Recognizes a Response that was thrown as it is. Its body is not read: `fromUpstreamResponse` does that. */
export function fromResponse(thrown: object): Failure | undefined {
  const status = readNumber(thrown, 'status')
  if (status === undefined || typeof read(read(thrown, 'headers'), 'get') !== 'function') return undefined
  if (typeof read(thrown, 'arrayBuffer') !== 'function' || read(thrown, 'bodyUsed') === undefined)
    return undefined
  return status >= 400 ? { status, headers: read(thrown, 'headers') } : { transport: 'unreadable' }
}

/** What the network's own errors come from: a file that is missing has another. */
const SYSCALL = /^(?:connect|read|write|getaddrinfo|query[A-Z]\w*|shutdown|accept|send)$/

/** Recognizes what Node.js itself throws of sockets, names and certificates. */
export function fromNode(thrown: object): Failure | undefined {
  const code = readText(thrown, 'code')
  if (code === undefined) return undefined
  const isSystem = SYSCALL.test(readText(thrown, 'syscall') ?? '') && !owns(thrown, 'path')
  const isSocket = code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE' || code.startsWith('HPE_')
  const isTrust = /^(?:ERR_SSL_|ERR_TLS_|CERT_|UNABLE_TO_|SELF_SIGNED_CERT|DEPTH_ZERO_SELF)/.test(code)
  if (!isSystem && !isSocket && !isTrust) return undefined
  const transport = transportOf(thrown)
  return transport === undefined ? undefined : { transport }
}

/** Recognizes an abort and a deadline's end, as AbortSignal, Node.js and fetch have them. */
export function fromAbort(thrown: object): Failure | undefined {
  const name = readText(thrown, 'name')
  if (name !== 'AbortError' && name !== 'TimeoutError') return undefined
  return { transport: name === 'AbortError' ? 'aborted' : 'timeout' }
}
