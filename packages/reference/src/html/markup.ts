/** A string that is already HTML. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Interpolated = Markup | string | number | undefined | readonly Interpolated[]

/** Template tag that creates HTML. Interpolated strings are escaped, markup is not, and undefined is omitted. */
export function html(strings: TemplateStringsArray, ...values: readonly Interpolated[]): Markup {
  return new Markup(
    strings.map((text, index) => text + (index < values.length ? toHtmlText(values[index]) : '')).join(''),
  )
}

/** Escapes text for HTML, including quoted attributes. */
export function escapeHtml(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[&<>"'`\0]/g, (mark) => (mark === '\0' ? '\uFFFD' : `&#${mark.charCodeAt(0)};`))
}

function toHtmlText(value: Interpolated): string {
  if (value === undefined) return ''
  if (value instanceof Markup) return value.text
  return typeof value === 'object' ? value.map(toHtmlText).join('') : escapeHtml(String(value))
}
