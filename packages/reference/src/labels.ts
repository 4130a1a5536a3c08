import { STATUS_CODES } from 'node:http'

/** Reason phrases of unregistered statuses that servers use. */
const unregisteredStatuses: Readonly<Record<number, string>> = {
  499: 'Client Closed Request',
  529: 'Overloaded',
}

/** Returns the reason phrase of an error status: `Not Found`. */
export function getStatusText(status: number): string {
  return (
    STATUS_CODES[status] ?? unregisteredStatuses[status] ?? (status < 500 ? 'Client Error' : 'Server Error')
  )
}

/**
 * Returns the link to a code's anchor, whose `id` is the code itself. The encoding equals that of
 * `problemDetailsWithBase`.
 */
export function getCodeLink(code: string): string {
  return `#${encodeURIComponent(code.toWellFormed()).replaceAll(/[()'*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)}`
}
