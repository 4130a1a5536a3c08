// Every use of undocumented parts of Node's HTTP server. Each has a probe.
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { reportMissing } from './report-missing.ts'

/**
 * Returns the Content-Type that was sent. Headers passed to `writeHead` are not kept on the response: they are only in
 * the text of the head, `OutgoingMessage._header`.
 *
 * @param owner The owner of the warning if Node does not have that property.
 */
export function sentContentType(response: ServerResponse, owner: object): string {
  const header = response.getHeader('content-type')
  if (header !== undefined) return String(header)
  const head = '_header' in response ? response._header : undefined
  // HTTP/2 has no such text and keeps all headers on the response.
  if (typeof head !== 'string' && !('stream' in response)) {
    reportMissing(
      owner,
      'OutgoingMessage._header of Node.js',
      'an event stream that writeHead() began is aborted after an error instead of ended with an error event',
    )
  }
  return /\r\ncontent-type: ([^\r]*)/i.exec(String(head))?.[1] ?? ''
}

/** The exchange that a connection is in. */
export interface ConnectionState {
  /** The response in progress. */
  readonly response: ServerResponse | undefined
  /** Whether a request body is still arriving. */
  readonly isReceiving: boolean
}

/**
 * Reads the state of a connection from `socket._httpMessage` and `socket.parser.incoming`.
 *
 * @param owner The owner of the warning if Node does not have these properties.
 */
export function readConnectionState(socket: Socket, owner: object): ConnectionState {
  const { _httpMessage: response, parser } = socket as HttpSocket
  // A socket that fails before a parser is attached to it has not received a request.
  if (parser !== null && socket.bytesRead > 0 && (parser === undefined || !('incoming' in parser))) {
    reportMissing(
      owner,
      'socket.parser.incoming of Node.js',
      'a request body that becomes invalid after its response may be answered a second time',
    )
  }
  const incoming = parser?.incoming ?? undefined
  if (incoming !== undefined && response === undefined) {
    reportMissing(
      owner,
      'socket._httpMessage of Node.js',
      'if the body of a request is invalid, its connection is closed without a response',
    )
  }
  return { response: response ?? undefined, isReceiving: incoming?.complete === false }
}

type HttpSocket = Socket & {
  readonly _httpMessage?: ServerResponse | null
  readonly parser?: { readonly incoming?: IncomingMessage | null } | null
}

/**
 * Turns off that Node answers a request without Host by itself. `requireHostHeader` is documented as an option of
 * `createServer` only.
 *
 * @param owner The owner of the warning if Node does not have that property.
 * @returns Whether Node would have answered such a request.
 */
export function turnOffHostCheck(server: Server, owner: object): boolean {
  // HTTP/2 servers do not check it.
  if ('updateSettings' in server) return false
  if (!('requireHostHeader' in server) || typeof server.requireHostHeader !== 'boolean') {
    reportMissing(
      owner,
      'Server.requireHostHeader of Node.js',
      'a request without Host is answered by Node.js, with an empty body',
    )
    return false
  }
  const wasOn = server.requireHostHeader
  server.requireHostHeader = false
  return wasOn
}
