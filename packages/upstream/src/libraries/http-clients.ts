import {
  classifyNetworkCode,
  hasOwnProperties,
  isObject,
  readNumber,
  readProperty,
  type NetworkFailure,
} from '@faultline/core'
import type { UpstreamFailure } from '../failure.ts'
import { findNetworkFailure } from '../network-failure.ts'
import { readText } from '../read-text.ts'

/** Recognizes errors of axios. */
export function fromAxios(thrown: object): UpstreamFailure | undefined {
  const isCanceled = readProperty(thrown, '__CANCEL__') === true
  if (readProperty(thrown, 'isAxiosError') !== true && !isCanceled) return undefined
  const response = readProperty(thrown, 'response')
  const status = readNumber(response, 'status')
  const exchange = {
    headers: readProperty(response, 'headers'),
    requestContent: readProperty(readProperty(thrown, 'config'), 'data'),
  }
  if (!isCanceled && status !== undefined && status >= 400)
    return { ...exchange, status, body: readProperty(response, 'data') }
  const streamStarted = status !== undefined
  if (isCanceled) return { ...exchange, networkFailure: 'aborted', streamStarted }
  const isUnreadable = streamStarted || readText(thrown, 'code') === 'ERR_BAD_RESPONSE'
  return {
    ...exchange,
    networkFailure: findNetworkFailure(thrown) ?? (isUnreadable ? 'unreadable' : 'network'),
    streamStarted,
  }
}

/** Recognizes errors of got. They have `options`, `timings` and, if a response arrived, `response`. */
export function fromGot(thrown: object): UpstreamFailure | undefined {
  const options = readProperty(thrown, 'options')
  const response = readProperty(thrown, 'response')
  const code = readText(thrown, 'code')
  const status = readNumber(response, 'statusCode')
  const isErrorStatusCode = code === 'ERR_NON_2XX_3XX_RESPONSE'
  const isRequestError =
    isObject(options) &&
    (status !== undefined || (code !== undefined && readProperty(thrown, 'timings') !== undefined))
  if (!isErrorStatusCode && !isRequestError) return undefined
  const exchange = {
    headers: readProperty(response, 'headers'),
    requestContent: [readProperty(options, 'json'), readProperty(options, 'body')],
  }
  const isUnparsedError = status !== undefined && status >= 400 && code === 'ERR_BODY_PARSE_FAILURE'
  if (isErrorStatusCode || isUnparsedError)
    return { ...exchange, status, body: readProperty(response, 'body') }
  return {
    ...exchange,
    networkFailure: findNetworkFailure(thrown) ?? 'network',
    streamStarted: status !== undefined,
  }
}

/** Recognizes errors of ky. `response` is a fetch Response, `data` its parsed body. */
export function fromKy(thrown: object): UpstreamFailure | undefined {
  const response = readProperty(thrown, 'response')
  const options = readProperty(thrown, 'options')
  const name = readText(thrown, 'name')
  const status = readNumber(response, 'status')
  if (name === 'HTTPError' && status !== undefined)
    return {
      status,
      headers: readProperty(response, 'headers'),
      body: readProperty(thrown, 'data'),
      requestContent: [readProperty(options, 'json'), readProperty(options, 'body')],
    }
  const isKyError =
    (name === 'NetworkError' || name === 'TimeoutError') && isObject(readProperty(thrown, 'request'))
  return isKyError ? { networkFailure: findNetworkFailure(thrown) ?? 'network' } : undefined
}

/** Failures by the `type` of node-fetch's FetchError. */
const nodeFetchFailures: ReadonlyMap<string, NetworkFailure> = new Map<string, NetworkFailure>([
  ['request-timeout', 'timeout'],
  ['body-timeout', 'timeout'],
  ['invalid-json', 'unreadable'],
  ['max-size', 'unreadable'],
  ['max-redirect', 'not-sent'],
  ['no-redirect', 'not-sent'],
])

/** Recognizes errors of node-fetch, which openai 4 and other older SDKs use. */
export function fromNodeFetch(thrown: object): UpstreamFailure | undefined {
  if (readText(thrown, 'name') !== 'FetchError') return undefined
  const byType = nodeFetchFailures.get(readText(thrown, 'type') ?? '')
  return { networkFailure: byType ?? findNetworkFailure(thrown) ?? 'network' }
}

/** Recognizes errors of undici, including those for a status. */
export function fromUndici(thrown: object): UpstreamFailure | undefined {
  const code = readText(thrown, 'code')
  if (code === undefined || !code.startsWith('UND_ERR')) return undefined
  const status = readNumber(thrown, 'statusCode') ?? readNumber(thrown, 'status')
  const isStatusError = /^UND_ERR_(?:RESPONSE|RESPONSE_STATUS_CODE|REQ_RETRY)$/.test(code)
  if (isStatusError && status !== undefined && status >= 400)
    return {
      status,
      headers: readProperty(thrown, 'headers'),
      body: readProperty(thrown, 'body') ?? readProperty(thrown, 'data'),
    }
  return { networkFailure: findNetworkFailure(thrown) ?? 'reset' }
}

/** fetch's messages for a network failure, in Node.js and in browsers. */
const FETCH_FAILED =
  /^(?:fetch failed|Failed to fetch|Load failed|NetworkError when attempting to fetch resource\.)$/

/** Recognizes the errors of fetch, and of the body of a response to it. */
export function fromFetch(thrown: object): UpstreamFailure | undefined {
  if (readText(thrown, 'name') !== 'TypeError') return undefined
  const message = readText(thrown, 'message') ?? ''
  if (message === 'terminated')
    return { networkFailure: findNetworkFailure(thrown) ?? 'truncated', streamStarted: true }
  return FETCH_FAILED.test(message) ? { networkFailure: findNetworkFailure(thrown) ?? 'network' } : undefined
}

/** Recognizes a fetch Response that was thrown. Its body is not read; `fromUpstreamResponse` reads it. */
export function fromResponse(thrown: object): UpstreamFailure | undefined {
  const status = readNumber(thrown, 'status')
  const headers = readProperty(thrown, 'headers')
  const isResponse =
    typeof readProperty(headers, 'get') === 'function' &&
    typeof readProperty(thrown, 'arrayBuffer') === 'function' &&
    readProperty(thrown, 'bodyUsed') !== undefined
  if (status === undefined || !isResponse) return undefined
  return status >= 400 ? { status, headers } : { networkFailure: 'unreadable' }
}

/** System calls of sockets and name resolution. Errors of the file system have others, and a path. */
const NETWORK_SYSCALL = /^(?:connect|read|write|getaddrinfo|query[A-Z]\w*|shutdown|accept|send)$/

/** Recognizes errors of Node.js for sockets, host names, certificates and malformed responses. */
export function fromNode(thrown: object): UpstreamFailure | undefined {
  const code = readText(thrown, 'code')
  if (code === undefined) return undefined
  const isSystemError =
    NETWORK_SYSCALL.test(readText(thrown, 'syscall') ?? '') && !hasOwnProperties(thrown, 'path')
  const isSocketError =
    code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE' || code.startsWith('HPE_')
  if (!isSystemError && !isSocketError && classifyNetworkCode(code) !== 'tls') return undefined
  const networkFailure = findNetworkFailure(thrown)
  return networkFailure === undefined ? undefined : { networkFailure }
}

/** Recognizes the errors of AbortSignal and AbortController. */
export function fromAbort(thrown: object): UpstreamFailure | undefined {
  const name = readText(thrown, 'name')
  if (name === 'AbortError') return { networkFailure: 'aborted' }
  return name === 'TimeoutError' ? { networkFailure: 'timeout' } : undefined
}
