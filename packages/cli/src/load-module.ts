import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { cwd } from 'node:process'
import { pathToFileURL } from 'node:url'
import {
  defineCatalog,
  resolveEnvelope,
  errorClasses,
  isApiErrorClass,
  type ApiErrorClass,
  type Envelope,
} from '@faultline/core'
import { exampleResponse, exampleError } from '@faultline/openapi'
import { Refusal } from './cli-io.ts'

/** One error as an envelope sends it. */
export interface CatalogueEntry {
  /** What the error is called in code. */
  readonly code: string
  /** What the envelope calls it. */
  readonly wire: string
  readonly status: number
  readonly retryable: boolean
  readonly message: string
  /** The headers that clients act on, in lower case. */
  readonly headers: readonly string[]
}

/** All that a server's clients can be told of errors: what `list --json` prints and `diff` compares. */
export interface Catalogue {
  /** The envelope's id, `:strict` behind it for strict mode. */
  readonly envelope: string
  readonly contentType: string
  /** The JSON Schema of a body. */
  readonly schema: object
  readonly errors: readonly CatalogueEntry[]
}

/** Headers that are the same whatever failed. */
const PLAIN = new Set(['cache-control', 'content-length', 'content-type', 'x-content-type-options'])

/** The catalogue of some errors in an envelope. */
export function catalogueOf(envelope: Envelope, types: readonly ApiErrorClass[]): Catalogue {
  return {
    envelope: envelope.mode === 'strict' ? `${envelope.id}:strict` : envelope.id,
    contentType: envelope.contentType,
    schema: envelope.schema,
    errors: types.map((type) => {
      const { error, headers } = exampleResponse(envelope, type)
      const { code, status, message, retryable } = envelope.lookup(error)
      return {
        code: type.code,
        wire: code,
        status,
        retryable,
        message: message ?? error.publicMessage,
        headers: Object.keys(headers)
          .filter((name) => !PLAIN.has(name))
          .toSorted(),
      }
    }),
  }
}

/**
 * The envelope of an id, or the one that a module exports.
 *
 * @param id `ai-api`, `ai-api:strict`, or the path of a module.
 * @throws Refusal that says what there is
 */
export async function envelopeNamed(id: string): Promise<Envelope> {
  if (isPath(id)) {
    const found = (await exportsOf(id)).filter(isEnvelope)
    const [only, ...others] = found
    if (only !== undefined && others.length === 0) return completeEnvelope(only, id)
    throw new Refusal(
      `${id} exports ${found.length === 0 ? 'no envelope' : `${found.length} envelopes`}, and should export one`,
    )
  }
  try {
    return resolveEnvelope(id)
  } catch (error) {
    throw new Refusal((error as Error).message)
  }
}

/** Whether a value is meant for an envelope. */
function isEnvelope(value: unknown): value is Envelope {
  return typeof (Object(value) as Partial<Envelope>).render === 'function'
}

/** An envelope with all that the commands use. @throws Refusal naming what is missing */
function completeEnvelope(envelope: Envelope, module: string): Envelope {
  const missing = (['parse', 'errorEvent', 'lookup'] as const).filter(
    (member) => typeof envelope[member] !== 'function',
  )
  if (missing.length === 0) return envelope
  throw new Refusal(`${module}: the envelope has no ${missing.join(', ')}; \`defineEnvelope\` makes one`)
}

/**
 * The errors of some codes; all of them without any.
 *
 * @param module The path of a module that exports error classes of one's own, which are there beside the taxonomy.
 * @throws Refusal naming a code that there is none of, or what is wrong with the module
 */
export async function errorsNamed(codes: readonly string[], module?: string): Promise<ApiErrorClass[]> {
  const known =
    module === undefined
      ? new Map<string, ApiErrorClass>(Object.entries(errorClasses))
      : await ownErrors(module)
  if (codes.length === 0) return [...known.values()]
  return codes.map((code) => {
    const type = known.get(code)
    if (type === undefined)
      throw new Refusal(`There is no error ${JSON.stringify(code)}; \`faultline list\` names them all`)
    return type
  })
}

async function ownErrors(module: string): Promise<ReadonlyMap<string, ApiErrorClass>> {
  const classes = (await exportsOf(module)).filter(isApiErrorClass)
  if (classes.length === 0) throw new Refusal(`${module} exports no class that extends ApiError`)
  for (const type of classes) {
    try {
      exampleError(type)
    } catch (error) {
      throw new Refusal(`${module}: ${type.name} can't be made for an example: ${messageOf(error)}`)
    }
  }
  try {
    return defineCatalog(...classes)
  } catch (error) {
    throw new Refusal(`${module}: ${messageOf(error)}`)
  }
}

/** What is said of what was thrown, which may be anything. */
function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

function isPath(text: string): boolean {
  return /[/\\]|\.[cm]?[jt]s$/.test(text)
}

/** What a module exports, the members of what it exports as default among it. */
async function exportsOf(module: string): Promise<unknown[]> {
  const path = resolve(cwd(), module)
  if (!existsSync(path)) throw new Refusal(`${module} is not there`)
  let exported: Record<string, unknown>
  try {
    exported = (await import(pathToFileURL(path).href)) as Record<string, unknown>
  } catch (error) {
    throw new Refusal(`${module} can't be loaded: ${messageOf(error)}`)
  }
  const { default: all } = exported
  return [...new Set([...Object.values(exported), ...(isEnvelope(all) ? [] : membersOf(all))])]
}

function membersOf(value: unknown): unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value) : []
}
