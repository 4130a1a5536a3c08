/** Minimum length of a secret. Shorter ones occur in other text by chance. */
export const MIN_SECRET_LENGTH = 6

/** Maximum length of a finding. Most quote a part of a response. */
const MAX_LENGTH = 2000

/**
 * Removes the client's secrets, complete or truncated, and characters that could affect a terminal: control characters
 * and those that change the direction of text. Truncates a long text.
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
  const shown = redacted.length > MAX_LENGTH ? `${redacted.slice(0, MAX_LENGTH)}…` : redacted
  // oxlint-disable-next-line no-control-regex -- replaces control characters
  return shown.replaceAll(/[\u0000-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/g, '?')
}
