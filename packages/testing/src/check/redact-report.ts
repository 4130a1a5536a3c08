/** Minimum length of a secret. Shorter ones occur in other text by chance. */
export const MIN_SECRET_LENGTH = 6

/**
 * Removes the client's secrets, complete or truncated, and control characters, which could affect a terminal.
 *
 * @param secrets Each has at least `MIN_SECRET_LENGTH` characters.
 */
export function redactReport(text: string, secrets: readonly string[]): string {
  let redacted = text
  for (const secret of secrets) {
    if (!redacted.includes(secret.slice(0, MIN_SECRET_LENGTH))) continue
    // The secret is truncated where the text was shortened.
    for (let length = secret.length; length >= MIN_SECRET_LENGTH; length--)
      redacted = redacted.replaceAll(secret.slice(0, length), '[hidden]')
  }
  // oxlint-disable-next-line no-control-regex -- replaces control characters
  return redacted.replaceAll(/[\u0000-\u001F\u007F-\u009F]/g, '?')
}
