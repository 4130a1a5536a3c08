import type { Readable } from 'node:stream'

/** The input and output of a command. */
export interface CliIO {
  readonly out: (text: string) => unknown
  readonly err: (text: string) => unknown
  readonly input: Readable
  /** Whether the output may contain colors. */
  readonly isTerminal: boolean
}

/** An error that the user can correct. Only its message is printed. */
export class UserError extends Error {}

/** Formats text in bold on a terminal. */
export function bold(text: string, { isTerminal }: CliIO): string {
  return isTerminal ? `\u001B[1m${text}\u001B[22m` : text
}

/** Maximum number of characters of foreign text, as in logs. */
const MAX_PRINTED_LENGTH = 1024

/**
 * Converts foreign text to one line of at most 1,024 characters without control characters, which could manipulate a terminal,
 * and without marks that change the direction of text. A longer text ends in an ellipsis.
 */
export function toPrintable(text: string): string {
  if (text.length > MAX_PRINTED_LENGTH) return `${toPrintable(text.slice(0, MAX_PRINTED_LENGTH - 1))}…`
  // oxlint-disable-next-line no-control-regex -- the expression replaces control characters
  const control = /[\u0000-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/g
  return text.replaceAll(/[\t\n\r]+/g, ' ').replaceAll(control, '?')
}

/** Returns the message of a thrown value, without the prefix that `run` adds. */
export function getMessage(thrown: unknown): string {
  return (thrown instanceof Error ? thrown.message : String(thrown)).replace(/^faultline: /, '')
}
