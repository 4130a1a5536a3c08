/** The most characters of a message that are sent. */
const LONGEST = 4096

/** What stands where a text was cut. */
const CUT = '…'

/** A text as it may be sent: no longer than `longest`, and well-formed Unicode. What it made, it leaves as it is. */
export function clampText(text: string, longest: number = LONGEST): string {
  if (text.length > longest) {
    const at = longest - CUT.length
    // Not between the halves of a surrogate pair.
    const end = (text.charCodeAt(at - 1) & 0xfc00) === 0xd800 ? at - 1 : at
    text = text.slice(0, end) + CUT
  }
  return text.isWellFormed() ? text : text.toWellFormed()
}
