import { readProperty, type Envelope } from '@faultline/core'
import { listLeaves, type ExampleAnswer, type JsonPath } from '@faultline/openapi'
import type { SentError } from './sent-error.ts'

/** The way to read the wire code of a response. */
export interface CodeReader {
  /** Paths in a body. The first one with a string value contains the code. */
  readonly paths: readonly JsonPath[]
  /** The wire codes of bodies without a code, by status. */
  readonly byStatus: Readonly<Record<number, string>>
}

/** An example response, and the wire code that a client reads from it. */
export interface CodedExample extends SentError {
  readonly wire: string
}

/** Adds the wire codes to example responses, and returns the way to read them. */
export function readWireCodes(
  envelope: Envelope,
  errors: readonly SentError[],
): { reader: CodeReader; examples: readonly CodedExample[] } {
  const paths = detectCodePaths(envelope, errors)
  const byStatus: Record<number, string> = {}
  const examples = errors.map((error): CodedExample => {
    const wire = readCode(error.body, paths)
    if (wire !== undefined) return { ...error, wire }
    const code = (byStatus[error.response.status] ??= envelope.lookup(error.response.error).code)
    return { ...error, wire: code }
  })
  return { reader: { paths, byStatus }, examples }
}

/**
 * Detects the places of the wire code: first the path that contains the code in most bodies, then the best path for the
 * remaining bodies, and so on. The first one with a string value contains the code of a body.
 */
export function detectCodePaths(envelope: Envelope, errors: readonly ExampleAnswer[]): readonly JsonPath[] {
  const paths: JsonPath[] = []
  const bodies = errors.map(({ body, response }) => ({ body, code: envelope.lookup(response.error).code }))
  let remaining = bodies
  for (;;) {
    const counts = new Map<string, { path: JsonPath; count: number }>()
    for (const { body, code } of remaining) {
      for (const { path, value } of listLeaves(body)) {
        const key = JSON.stringify(path)
        if (value === code) counts.set(key, { path, count: (counts.get(key)?.count ?? 0) + 1 })
      }
    }
    const [best] = [...counts.values()].toSorted((a, b) => b.count - a.count)
    if (best === undefined) return paths
    paths.push(best.path)
    remaining = remaining.filter(({ body, code }) => getValue(body, best.path) !== code)
  }
}

function readCode(body: unknown, paths: readonly JsonPath[]): string | undefined {
  return paths.map((path) => getValue(body, path)).find((value) => typeof value === 'string')
}

function getValue(body: unknown, path: JsonPath): unknown {
  return path.reduce<unknown>((value, key) => readProperty(value, key), body)
}
