import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'

/** A WebSocket of a server, as the package ws has it. */
export interface WebSocketLike {
  /** 1 if the connection is open. */
  readonly readyState: number
  send(data: string): void
  close(code?: number, reason?: string): void
}

const OPEN = 1

/** Returns whether messages can be sent. */
export function isOpen(socket: WebSocketLike): boolean {
  return socket.readyState === OPEN
}

/** A guarded WebSocket. Shared by all installed copies of this package. */
export interface OpenWebSocket {
  readonly socket: WebSocketLike
  /** Number of guarded functions that have not settled. */
  running: number
}

const WEB_SOCKET = Symbol.for('faultline.webSocket')

type UpgradedConnection = Socket & { [WEB_SOCKET]?: OpenWebSocket }

/** Keeps the WebSocket of a connection, so that `drain` can close it. */
export function keepWebSocket({ socket: connection }: IncomingMessage, socket: WebSocketLike): OpenWebSocket {
  const opened: OpenWebSocket = { socket, running: 0 }
  const upgraded: UpgradedConnection = connection
  upgraded[WEB_SOCKET] = opened
  return opened
}

/** Returns the guarded WebSocket of a connection. */
export function readWebSocket(connection: UpgradedConnection): OpenWebSocket | undefined {
  return connection[WEB_SOCKET]
}
