/** The data of an event of an event stream (HTML, 9.2.6). */
export function dataOf(event: string): string {
  return event
    .split(/\r?\n/)
    .flatMap((line) => (line.startsWith('data:') ? [line.slice(5).replace(/^ /, '')] : []))
    .join('\n')
}

/** The name of an event; undefined for one without. */
export function eventNameOf(event: string): string | undefined {
  return /^event: ?(.*)$/m.exec(event)?.[1]
}
