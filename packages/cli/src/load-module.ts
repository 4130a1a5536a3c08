import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { cwd } from 'node:process'
import { pathToFileURL } from 'node:url'
import {
  defineCatalog,
  errorClasses,
  isApiErrorClass,
  isEnvelope,
  readProperty,
  resolveEnvelope,
  type ApiErrorClass,
  type Envelope,
} from '@faultline/core'
import { exampleError } from '@faultline/openapi'
import { getMessage, UserError } from './cli-io.ts'

/**
 * Loads an envelope.
 *
 * @param id An envelope id such as `ai-api:strict`, or the path of a module that exports an envelope.
 * @throws UserError if the id is unknown, or if the module does not export exactly one envelope
 */
export async function loadEnvelope(id: string): Promise<Envelope> {
  if (isPath(id)) {
    const found = (await importExports(id)).filter(hasRender)
    const [envelope, ...others] = found
    if (envelope === undefined || others.length > 0) {
      throw new UserError(`${id} exports ${found.length} envelopes; expected exactly one`)
    }
    return requireEnvelope(envelope, `${id}: `)
  }
  return requireEnvelope(id)
}
/** @throws UserError naming the reason why a value is not an envelope, after the prefix */
function requireEnvelope(envelope: Envelope | string, prefix = ''): Envelope {
  try {
    return resolveEnvelope(envelope)
  } catch (error) {
    throw new UserError(prefix + getMessage(error))
  }
}

/** Returns whether a value is meant as an envelope. */
function hasRender(value: unknown): value is Envelope {
  return typeof readProperty(value, 'render') === 'function'
}

/**
 * Loads the error classes of some codes, or of all codes if the list is empty.
 *
 * @param module Path of a module that exports error classes. They are available in addition to the taxonomy.
 * @throws UserError for an unknown code or an invalid module
 */
export async function loadErrors(codes: readonly string[], module?: string): Promise<ApiErrorClass[]> {
  const catalog =
    module === undefined
      ? new Map<string, ApiErrorClass>(Object.entries(errorClasses))
      : await loadErrorModule(module)
  if (codes.length === 0) return [...catalog.values()]
  return codes.map((code) => {
    const type = catalog.get(code)
    if (type === undefined) {
      throw new UserError(`Unknown error code ${JSON.stringify(code)}; run \`faultline list\` for all codes`)
    }
    return type
  })
}

async function loadErrorModule(module: string): Promise<ReadonlyMap<string, ApiErrorClass>> {
  const classes = (await importExports(module)).filter(isApiErrorClass)
  if (classes.length === 0) throw new UserError(`${module} does not export a class that extends ApiError`)
  for (const type of classes) {
    try {
      exampleError(type)
    } catch (error) {
      throw new UserError(`${module}: cannot create an example of ${type.name}: ${getMessage(error)}`)
    }
  }
  try {
    return defineCatalog(...classes)
  } catch (error) {
    throw new UserError(`${module}: ${getMessage(error)}`)
  }
}

function isPath(text: string): boolean {
  return /[/\\]|\.[cm]?[jt]s$/.test(text)
}

/** Imports a module, and returns its exports and the members of its default export. */
async function importExports(module: string): Promise<unknown[]> {
  const path = resolve(cwd(), module)
  if (!existsSync(path)) throw new UserError(`${module} does not exist`)
  let exports: Record<string, unknown>
  try {
    exports = await import(pathToFileURL(path).href)
  } catch (error) {
    throw new UserError(`cannot load ${module}: ${getMessage(error)}`)
  }
  const { default: defaultExport } = exports
  const members =
    typeof defaultExport === 'object' && defaultExport !== null && !isEnvelope(defaultExport)
      ? Object.values(defaultExport)
      : []
  return [...new Set([...Object.values(exports), ...members])]
}
