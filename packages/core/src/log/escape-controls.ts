/** Control characters and marks that change the direction of text. Line breaks before a stack frame or a cause are kept. */
const CONTROL = /(?!\n(?:\s{1,16}at |\[cause\]: ))[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu

/**
 * Escapes control characters as in JSON (`\n`, `\u001b`), so that a string can neither start a line of a log nor control a
 * terminal. Also escapes marks that change the direction of text. Line breaks before stack frames and causes are kept.
 */
export function escapeControls(text: string): string {
  return text.replaceAll(CONTROL, (character) =>
    character < ' '
      ? JSON.stringify(character).slice(1, -1)
      : String.raw`\u` + character.charCodeAt(0).toString(16).padStart(4, '0'),
  )
}
