/** What is shorter is found in texts by chance. */
export const SHORTEST_SECRET = 6

/**
 * A text of a report without what the client is known by, cut off or not, and without what could harm a terminal.
 *
 * @param secrets Each of `SHORTEST_SECRET` characters at least.
 */
export function hidden(text: string, secrets: readonly string[]): string {
  let shown = text
  for (const secret of secrets) {
    if (!shown.includes(secret.slice(0, SHORTEST_SECRET))) continue
    // It is not all there where the text was clipped.
    for (let length = secret.length; length >= SHORTEST_SECRET; length--)
      shown = shown.replaceAll(secret.slice(0, length), '[hidden]')
  }
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  return shown.replaceAll(/[\u0000-\u001F\u007F-\u009F]/g, '?')
}
