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

/** Maximum number of characters of a foreign text that are printed. */
const MAX_PRINTED_LENGTH = 4096

/** Control characters, and those that change the direction of text. They could manipulate a terminal. */
// oxlint-disable-next-line no-control-regex -- the expression matches control characters
const UNPRINTABLE = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/g

/** Converts foreign text to one line without characters that could manipulate a terminal. Truncates a long text. */
export function toPrintable(text: string): string {
  return toPrintableLines(text.slice(0, MAX_PRINTED_LENGTH + 1).replaceAll(/[\t\n\r]+/g, ' '))
}

/** Like `toPrintable`, for text of several lines. */
export function toPrintableLines(text: string): string {
  const shown = text.length > MAX_PRINTED_LENGTH ? `${text.slice(0, MAX_PRINTED_LENGTH)}…` : text
  return shown.replaceAll(UNPRINTABLE, '?')
}

/** Formats a value as JSON in which characters that could manipulate a terminal are escaped. */
export function toPrintableJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replaceAll(
    UNPRINTABLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Returns the message of a thrown value, without the prefix that `run` adds. */
export function getMessage(thrown: unknown): string {
  return (thrown instanceof Error ? thrown.message : String(thrown)).replace(/^faultline: /, '')
}
