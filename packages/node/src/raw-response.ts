import type { Duplex } from 'node:stream'
import type { SerializedResponse } from '@faultline/core'
import { http } from './http-module.ts'

/** Writes a complete HTTP/1.1 response to a connection without a `ServerResponse`, and ends the connection. */
export function writeRaw(connection: Duplex, { status, headers, body }: SerializedResponse): void {
  let head = `HTTP/1.1 ${status} ${http.STATUS_CODES[status] ?? ''}\r\n`
  for (const [name, value] of Object.entries(headers)) head += `${name}: ${value}\r\n`
  connection.end(`${head}connection: close\r\n\r\n${body}`, () => connection.destroy())
}
