/** A part of a page, as its reader has it. */
interface Section {
  /** Without marks, and white space as single spaces. */
  readonly text: string
  /** The blocks of JSON. */
  readonly bodies: readonly unknown[]
}

/** What a page says of one code. */
export interface EntrySection extends Section {
  readonly statuses: readonly number[]
  /** What it says under its terms: `Message`, `Retry`. */
  readonly told: ReadonlyMap<string, string>
}

/** A page, taken apart again. */
export interface Page {
  /** All but the entries and the overview of them. */
  readonly lead: Section
  readonly entries: ReadonlyMap<string, EntrySection>
}

/** Takes Markdown apart. */
export function readMarkdown(page: string): Page {
  const [before, ...parts] = page.split(/^### <a id="([^"]*)"><\/a>/m)
  const entries = new Map<string, EntrySection>()
  for (let at = 0; at < parts.length; at += 2) {
    const [content] = parts[at + 1]!.split(/^## /m) as [string]
    const statuses = /^- \*\*Status\*\*: (.*)$/m.exec(content)?.[1]?.match(/\b[45]\d\d\b/g) ?? []
    const terms = content.matchAll(/^- \*\*([^*]+)\*\*:([^]*?)(?=^- |\n\n)/gm)
    entries.set(decoded(parts[at]!), {
      ...markdownSection(content),
      statuses: statuses.map(Number),
      told: new Map([...terms].map(([, term, text]) => [term!, markdownSection(text!).text.trim()])),
    })
  }
  return { lead: markdownSection(before!.replace(/^## All codes\n[^]*?(?=^## )/m, '')), entries }
}

/** Takes HTML apart. */
export function readHtml(page: string): Page {
  const body = page.slice(page.indexOf('<body'))
  const entries = new Map<string, EntrySection>()
  for (const [, id, content] of body.matchAll(/<article class="entry" id="([^"]*)">([^]*?)<\/article>/g)) {
    const badges = /<p class="badges">([^]*?)<\/p>/.exec(content!)?.[1] ?? ''
    const terms = content!.matchAll(/<dt>([^<]*)<\/dt>\s*<dd[^>]*>([^]*?)<\/dd>/g)
    entries.set(decoded(id!), {
      ...htmlSection(content!),
      statuses: (badges.match(/(?<=>)[45]\d\d\b/g) ?? []).map(Number),
      told: new Map([...terms].map(([, term, text]) => [term!, htmlSection(text!).text.trim()])),
    })
  }
  const lead = /<div class="lead">([^]*?)<div id="page:codes">/
    .exec(body)![1]!
    .replace(/<table>[^]*?<\/table>/, '')
  return { lead: htmlSection(lead), entries }
}

function markdownSection(content: string): Section {
  const bodies = [...content.matchAll(/^(`{3,})json\n([^]*?)\n\1$/gm)].map(
    ([, , json]) => JSON.parse(json!) as unknown,
  )
  return { text: spaced(content.replaceAll(/\\([^\w\s])|(?<!\\)(?:`+|\*\*)/g, '$1')), bodies }
}

function htmlSection(content: string): Section {
  const bodies = [
    ...content.matchAll(/<figure data-language="json">[^]*?<pre><code>([^]*?)<\/code><\/pre>/g),
  ].map(([, json]) => JSON.parse(decoded(stripped(json!))) as unknown)
  return { text: spaced(decoded(stripped(content))), bodies }
}

function stripped(content: string): string {
  return content.replaceAll(/<[^>]*>/g, '')
}

function decoded(text: string): string {
  return text.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
}

function spaced(text: string): string {
  return text.replaceAll(/\s+/g, ' ')
}
