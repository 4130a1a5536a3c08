import { catalogueOf, envelopeNamed, errorsNamed } from '../load-module.ts'
import { isAddress, readDocument, sourceName } from '../read-document.ts'
import { Refusal, type Surroundings } from '../cli-io.ts'
import type { NamedCatalogue } from './catalog/compare-catalogs.ts'
import { isObject, JsonDocument } from './json-document.ts'
import { checkedCatalogue } from './catalog/check-catalog.ts'

/** What `diff` compares two of. */
export type Source =
  | ({ readonly kind: 'catalogue' } & NamedCatalogue)
  | { readonly kind: 'openapi'; readonly document: JsonDocument }

/** Whether a source is a module that exports errors. */
export function isModule(source: string): boolean {
  return !isAddress(source) && /\.[cm]?[jt]s$/.test(source)
}

/**
 * The catalogue of a module's errors.
 *
 * @param envelope The id of the envelope that they are seen through.
 */
export async function readModule(source: string, envelope: string): Promise<Source> {
  const catalogue = catalogueOf(await envelopeNamed(envelope), await errorsNamed([], source))
  return { kind: 'catalogue', name: source, catalogue }
}

/**
 * A catalogue, as `faultline list --json` prints it, or an OpenAPI document.
 *
 * @param source An address, a file, or `-` for standard input.
 * @throws Refusal that says what is wrong with it
 */
export async function readSource(source: string, surroundings: Surroundings): Promise<Source> {
  const name = sourceName(source)
  const value = await readDocument(source, surroundings)
  if (isObject(value)) {
    const { swagger, openapi } = value
    if (swagger !== undefined)
      throw new Refusal(`${name} is Swagger ${JSON.stringify(swagger)}: convert it to OpenAPI 3 first`)
    if (openapi !== undefined || (isObject(value['responses']) && isObject(value['components'])))
      return { kind: 'openapi', document: new JsonDocument(name, value, isOld(name, openapi)) }
    if (value['envelope'] !== undefined && value['errors'] !== undefined)
      return { kind: 'catalogue', name, catalogue: checkedCatalogue(name, value) }
  }
  throw new Refusal(
    `${name} is neither a catalogue, as \`faultline list --json\` prints it, nor an OpenAPI document`,
  )
}

/** Whether it is OpenAPI 3.0, which has a dialect of its own. What is of no document is written for 3.1. */
function isOld(name: string, version: unknown): boolean {
  // Unquoted, YAML takes it for a number: 3.0 for a 3.
  const written = typeof version === 'number' ? version.toFixed(1) : (version ?? '3.1')
  if (typeof written === 'string' && /^3\.[01](?:\.\d|$)/.test(written)) return written.startsWith('3.0')
  throw new Refusal(`${name} is OpenAPI ${JSON.stringify(version)}: only 3.0 and 3.1 can be read`)
}
