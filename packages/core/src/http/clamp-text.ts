/** Maximum length of a message on the wire, in UTF-16 code units. */
const MAX_MESSAGE_LENGTH = 4096

/** Replaces the end of a truncated string. */
const ELLIPSIS = '…'

/** Truncates a string to a maximum length and replaces lone surrogates. Applied twice, it changes nothing more. */
export function clampText(text: string, maxLength: number = MAX_MESSAGE_LENGTH): string {
  return makeWellFormed(truncateText(text, maxLength))
}

/** Truncates a string to a maximum length. A string that an envelope sends later needs no more: it calls `clampText`. */
export function truncateText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text
  const end = maxLength - ELLIPSIS.length
  const isInsidePair = (text.charCodeAt(end - 1) & 0xfc00) === 0xd800
  return text.slice(0, isInsidePair ? end - 1 : end) + ELLIPSIS
}

function makeWellFormed(text: string): string {
  return text.isWellFormed() ? text : text.toWellFormed()
}
