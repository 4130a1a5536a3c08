/** Text that is HTML already. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Inserted = Markup | string | number | undefined | readonly Inserted[]

/** HTML, whatever is inserted escaped unless it is HTML itself. Undefined is nothing. */
export function html(texts: TemplateStringsArray, ...inserted: readonly Inserted[]): Markup {
  return new Markup(
    texts.map((text, at) => text + (at < inserted.length ? shown(inserted[at]) : '')).join(''),
  )
}

/** A text that means nothing to HTML, in an attribute's quotes too. */
export function escaped(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[&<>"'`\0]/g, (mark) => (mark === '\0' ? '\uFFFD' : `&#${mark.charCodeAt(0)};`))
}

function shown(value: Inserted): string {
  if (value === undefined) return ''
  if (value instanceof Markup) return value.text
  return typeof value === 'object' ? value.map(shown).join('') : escaped(String(value))
}
