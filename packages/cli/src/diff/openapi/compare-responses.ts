import { closedFieldsOf } from '../closed-fields.ts'
import { compareShapes, type Finding } from '../compare-shapes.ts'
import type { Response } from './operations.ts'
import type { ScalarValue } from '../shape.ts'
import type { Term } from '../term.ts'

/** One difference between a response and what comes in its place. */
export interface ResponseFinding extends Finding {
  /** The header that it is in; the body without. */
  readonly header?: string
  /** The media type, where there are several. */
  readonly media?: string | undefined
}

const known = new WeakMap<Response, WeakMap<Response, readonly ResponseFinding[]>>()

/** What changed from a response to those that come in its place, one or more. */
export function compareResponses(before: Response, after: readonly Response[]): readonly ResponseFinding[] {
  const [only, ...others] = after
  if (only === undefined) return []
  if (others.length > 0) return [...findings(before, after)]
  // Most operations refer to the same few responses.
  let byOther = known.get(before)
  if (byOther === undefined) known.set(before, (byOther = new WeakMap()))
  let found = byOther.get(only)
  if (found === undefined) byOther.set(only, (found = [...findings(before, after)]))
  return found
}

const closed = new WeakMap<Response, ReadonlyMap<string, ReadonlySet<ScalarValue>>>()

/** The texts that fields of a response's bodies are one of, by path. */
export function closedValuesOf(response: Response): ReadonlyMap<string, ReadonlySet<ScalarValue>> {
  let values = closed.get(response)
  if (values === undefined) {
    const byPath = new Map<string, Set<ScalarValue>>()
    for (const term of response.content.values()) {
      for (const [path, field] of closedFieldsOf(term))
        byPath.set(path, new Set([...(byPath.get(path) ?? []), ...field.values]))
    }
    closed.set(response, (values = byPath))
  }
  return values
}

function* findings(before: Response, after: readonly Response[]): Generator<ResponseFinding> {
  yield* headers(before, after)
  for (const [media, term] of before.content) {
    const terms = after.map(({ content }) => contentFor(media, content))
    if (terms.some((each) => each === undefined)) {
      yield { rule: 'media-type-removed', path: media }
      continue
    }
    const [one, ...others] = terms as Term[]
    const shown = before.content.size > 1 ? media : undefined
    for (const finding of compareShapes(term, one!.or(...others))) yield { ...finding, media: shown }
  }
  for (const media of new Set(after.flatMap(({ content }) => [...content.keys()])))
    if (contentFor(media, before.content) === undefined) yield { rule: 'media-type-added', path: media }
}

function* headers(before: Response, after: readonly Response[]): Generator<ResponseFinding> {
  for (const [header, { isRequired, value }] of before.headers) {
    const heirs = after.flatMap((each) => each.headers.get(header) ?? [])
    const [one, ...others] = heirs
    if (one === undefined) {
      yield { rule: 'header-removed', path: '', header }
      continue
    }
    const willBe = heirs.length === after.length && heirs.every((each) => each.isRequired)
    if (isRequired && !willBe) yield { rule: 'header-optional', path: '', header }
    if (!isRequired && willBe) yield { rule: 'header-required', path: '', header }
    const now = one.value.or(...others.map((each) => each.value))
    for (const finding of compareShapes(value, now)) yield { ...finding, header }
  }
  for (const header of new Set(after.flatMap((each) => [...each.headers.keys()])))
    if (!before.headers.has(header)) yield { rule: 'header-added', path: '', header }
}

/** The body of a media type: its own, or that of a range which it is in; of a range, any that is in it. */
function contentFor(media: string, content: Response['content']): Term | undefined {
  const range = `${media.split('/', 1)[0]}/*`
  const found = content.get(media) ?? content.get(range) ?? content.get('*/*')
  if (found !== undefined || !media.endsWith('*')) return found
  const [one, ...others] = [...content].flatMap(([name, term]) =>
    name.startsWith(media.slice(0, media.indexOf('*'))) ? [term] : [],
  )
  return one?.or(...others)
}
