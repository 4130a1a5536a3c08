import { STATUS_CODES } from 'node:http'

/** Statuses in use that have no registration. */
const unregistered: Readonly<Record<number, string>> = { 499: 'Client Closed Request', 529: 'Overloaded' }

/** What a status is called: `Not Found`. */
export function statusText(status: number): string {
  return STATUS_CODES[status] ?? unregistered[status] ?? (status < 500 ? 'Client Error' : 'Server Error')
}
