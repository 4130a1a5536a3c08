import { isErrorStatus } from '../http/status.ts'
import { toPascalCase } from './pascal-case.ts'
import type { ErrorClassStatics } from './static-members.ts'

/** Properties of an error class that are computed from its statics once. */
export interface ErrorClassInfo {
  /** Codes of the class and its ancestors, its own code first. */
  readonly codes: readonly string[]
  readonly status: number
  readonly retryable: boolean
  /** Whether messages of this class are private by default. */
  readonly isInternal: boolean
  /**
   * The default messages of the class and its ancestors below ApiError, nearest first, up to the first without parameters.
   * Each is split at its parameters: literal text at even indexes, names at odd indexes.
   */
  readonly messages: readonly (readonly string[])[]
  readonly field: string | undefined
  /** Sent instead of a private message. */
  readonly genericMessage: string
  /** The class. A subclass inherits the property in which the properties of its parent are kept. */
  readonly errorClass: object
}

/** Codes of internal errors. A subclass of one of them sends the default message of its nearest ancestor here. */
const INTERNAL_CODES = new Set(['internal_error', 'processing_error', 'failed_request', 'unknown_workspace'])

/** Message of subclasses of Conflict without their own. The message of Conflict describes one kind of conflict. */
const CONFLICT_MESSAGE = 'The request conflicts with the current state of the resource'

/** Key of the properties on their class, where reading them takes less time than in a WeakMap. */
const INFO: unique symbol = Symbol('faultline.classInfo')

/** The properties of classes that cannot be extended. */
const cache = new WeakMap<object, ErrorClassInfo>()

type ErrorClass = ErrorClassStatics & { readonly prototype: object; readonly [INFO]?: ErrorClassInfo }

/** Returns the properties of a class that extends ApiError. The first call sets `name` on the class's prototype. */
export function getClassInfo(errorClass: ErrorClass): ErrorClassInfo {
  const { [INFO]: info } = errorClass
  return info?.errorClass === errorClass ? info : (cache.get(errorClass) ?? keepClassInfo(errorClass))
}

function keepClassInfo(errorClass: ErrorClass): ErrorClassInfo {
  const info = readClassInfo(errorClass)
  if (!Reflect.defineProperty(errorClass, INFO, { value: info })) cache.set(errorClass, info)
  // Derived from the code, because minifiers rename classes.
  const name = hasOwnCode(errorClass) ? toPascalCase(errorClass.code) : errorClass.name
  Reflect.defineProperty(errorClass.prototype, 'name', { value: name, writable: true, configurable: true })
  return info
}

/** Reads the statics of a class. Values of another type are replaced, so that its constructor cannot fail. */
function readClassInfo(errorClass: ErrorClassStatics): ErrorClassInfo {
  const { name, code, status, retryable, message, field } = errorClass
  // Constructors do not throw, because that would hide the failure that the error reports. Bundles omit the full check.
  if (typeof code !== 'string' || typeof message !== 'string' || !isErrorStatus(status))
    console.error(
      `faultline: class ${name} has an invalid code, status or message; see defineCatalog(${name})`,
    )
  const lineage = getLineage(errorClass)
  const codes = lineage.filter(hasOwnCode).map((ancestor) => ancestor.code)
  const internalAncestor = lineage.find((ancestor) => INTERNAL_CODES.has(ancestor.code))
  return {
    codes: codes.length === 0 ? [code] : codes,
    status: isErrorStatus(status) ? status : 500,
    retryable: typeof retryable === 'boolean' ? retryable : false,
    isInternal: codes.includes('internal_error'),
    messages: readMessages(lineage),
    field: typeof field === 'string' ? field : undefined,
    genericMessage: internalAncestor?.message ?? 'Internal server error',
    errorClass,
  }
}

function hasOwnCode(errorClass: ErrorClassStatics): boolean {
  return Object.hasOwn(errorClass, 'code') && typeof errorClass.code === 'string'
}

function readMessages(lineage: readonly ErrorClassStatics[]): string[][] {
  const messages: string[][] = []
  for (const ancestor of lineage) {
    const isConflict = ancestor.code === 'conflict' && lineage[0]?.code !== 'conflict'
    const message = isConflict ? CONFLICT_MESSAGE : ancestor.message
    if (!Object.hasOwn(ancestor, 'message') || typeof message !== 'string') continue
    const parts = message.split(/\{(\w+)\}/)
    messages.push(parts)
    if (parts.length === 1) break
  }
  return messages
}

/** Returns a class and its ancestors below ApiError. */
function getLineage(errorClass: ErrorClassStatics): ErrorClassStatics[] {
  const lineage: ErrorClassStatics[] = []
  let current = errorClass
  let parent = Object.getPrototypeOf(current)
  // The parent of ApiError is Error.
  while (parent !== Error) {
    lineage.push(current)
    current = parent
    parent = Object.getPrototypeOf(current)
  }
  return lineage
}
