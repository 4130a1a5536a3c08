/** A part of a reference page. */
interface Section {
  /** Visible text without markup; white space is collapsed. */
  readonly text: string
  /** The parsed JSON blocks. */
  readonly bodies: readonly unknown[]
  /** Text by term, such as `Message` or `Retry`. */
  readonly facts: ReadonlyMap<string, string>
}

/** The part of a page about one code. */
export interface EntrySection extends Section {
  readonly statuses: readonly number[]
}

/** A parsed reference page. */
export interface Page {
  /** The page without the entries and their overview. */
  readonly lead: Section
  readonly entries: ReadonlyMap<string, EntrySection>
}

/** Parses the result of `toMarkdown`. */
export function parseMarkdown(page: string): Page {
  const [before, ...parts] = page.split(/^### <a id="([^"]*)"><\/a>/m)
  const entries = new Map<string, EntrySection>()
  for (let index = 0; index < parts.length; index += 2) {
    const [content] = parts[index + 1]!.split(/^## /m) as [string]
    const statuses = /^- \*\*Status\*\*: (.*)$/m.exec(content)?.[1]?.match(/\b[45]\d\d\b/g) ?? []
    entries.set(decodeEntities(parts[index]!), {
      ...parseMarkdownSection(content),
      statuses: statuses.map(Number),
    })
  }
  return { lead: parseMarkdownSection(before!.replace(/^## All codes\n[^]*?(?=^## )/m, '')), entries }
}

/** Parses the result of `toHtml`. */
export function parseHtml(page: string): Page {
  const body = page.slice(page.indexOf('<body'))
  const entries = new Map<string, EntrySection>()
  for (const [, id, content] of body.matchAll(/<article class="entry" id="([^"]*)">([^]*?)<\/article>/g)) {
    const badges = /<p class="badges">([^]*?)<\/p>/.exec(content!)?.[1] ?? ''
    entries.set(decodeEntities(id!), {
      ...parseHtmlSection(content!),
      statuses: (badges.match(/(?<=>)[45]\d\d\b/g) ?? []).map(Number),
    })
  }
  const lead = /<div class="lead">([^]*?)<div id="page:codes">/
    .exec(body)![1]!
    .replace(/<table>[^]*?<\/table>/, '')
  return { lead: parseHtmlSection(lead), entries }
}

function parseMarkdownSection(content: string): Section {
  const bodies = [...content.matchAll(/^(`{3,})json\n([^]*?)\n\1$/gm)].map(
    ([, , json]) => JSON.parse(json!) as unknown,
  )
  const terms = content.matchAll(/^- \*\*([^*]+)\*\*:([^]*?)(?=^- |\n\n)/gm)
  return {
    text: readMarkdown(content),
    bodies,
    facts: new Map([...terms].map(([, term, text]) => [term!, readMarkdown(text!).trim()])),
  }
}

/** Returns the visible text of Markdown. */
function readMarkdown(content: string): string {
  return collapseSpace(content.replaceAll(/\\([^\w\s])|(?<!\\)(?:`+|\*\*)/g, '$1'))
}

function parseHtmlSection(content: string): Section {
  const bodies = [
    ...content.matchAll(/<figure data-language="json">[^]*?<pre><code>([^]*?)<\/code><\/pre>/g),
  ].map(([, json]) => JSON.parse(decodeEntities(stripTags(json!))) as unknown)
  const terms = content.matchAll(/<dt>([^<]*)<\/dt>\s*<dd[^>]*>([^]*?)<\/dd>/g)
  return {
    text: readHtml(content),
    bodies,
    facts: new Map([...terms].map(([, term, text]) => [term!, readHtml(text!).trim()])),
  }
}

/** Returns the visible text of HTML. */
function readHtml(content: string): string {
  return collapseSpace(decodeEntities(stripTags(content)))
}

function stripTags(content: string): string {
  return content.replaceAll(/<[^>]*>/g, '')
}

function decodeEntities(text: string): string {
  return text.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
}

function collapseSpace(text: string): string {
  return text.replaceAll(/\s+/g, ' ')
}
