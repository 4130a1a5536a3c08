/** Control characters and marks that change the direction of text. Line breaks before a stack frame or a cause are kept. */
const CONTROL =
  // oxlint-disable-next-line no-control-regex -- the expression finds control characters
  /\n(?!\s{1,16}at |\[cause\]: )|[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/g

/**
 * Escapes control characters as in JSON (`\n`, `\u001b`), so that a string can neither start a line of a log nor control a
 * terminal. Also escapes marks that change the direction of text. Line breaks before stack frames and causes are kept.
 */
export function escapeControls(text: string): string {
  return text.replaceAll(CONTROL, (character) => {
    if (character === '\n') return String.raw`\n`
    if (character === '\r') return String.raw`\r`
    return String.raw`\u` + character.charCodeAt(0).toString(16).padStart(4, '0')
  })
}
