import { isErrorStatus } from '../http/status.ts'
import { toPascalCase } from './pascal-case.ts'

/** Static members of an error class. A subclass inherits the members that it does not declare. */
export interface ErrorClassStatics {
  readonly name: string
  /** Identifier of the error class, in snake_case. */
  readonly code: string
  /** HTTP status, an integer from 400 to 599. */
  readonly status: number
  /** Whether the same request may succeed later. */
  readonly retryable: boolean
  /** Default message. `{name}` is replaced by the option of that name. */
  readonly message: string
  /** The request field that all errors of this class are about, if it is always the same. */
  readonly field: string | undefined
  /** Description of the error in OpenAPI documents and reference pages. @default a description by `code` */
  readonly description?: string
  /** Action that the receiver of the error can take, in reference pages. @default a remedy by `code` */
  readonly remedy?: string
}

/** Properties of an error class that are computed from its statics once. */
export interface ErrorClassInfo {
  /** Codes of the class and its ancestors, its own code first. */
  readonly codes: readonly string[]
  readonly status: number
  readonly retryable: boolean
  /** Whether messages of this class are private by default. */
  readonly isInternal: boolean
  /** The default message, split at its placeholders: literal text at even indexes, option names at odd indexes. */
  readonly messageParts: readonly string[]
  readonly field: string | undefined
  /** Sent instead of a private message. */
  readonly genericMessage: string
  /** The class. A subclass inherits the property in which the properties of its parent are kept. */
  readonly errorClass: object
}

/** Codes of internal errors. A subclass of one of them sends the default message of its nearest ancestor here. */
const INTERNAL_CODES = new Set(['internal_error', 'processing_error', 'failed_request', 'unknown_workspace'])

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
  const name = Object.hasOwn(errorClass, 'code') ? toPascalCase(errorClass.code) : errorClass.name
  Reflect.defineProperty(errorClass.prototype, 'name', { value: name, writable: true, configurable: true })
  return info
}

function readClassInfo(errorClass: ErrorClassStatics): ErrorClassInfo {
  const { code, status, retryable, message, field } = errorClass
  const lineage = getLineage(errorClass)
  const codes = lineage.filter((ancestor) => Object.hasOwn(ancestor, 'code')).map((ancestor) => ancestor.code)
  const internalAncestor = lineage.find((ancestor) => INTERNAL_CODES.has(ancestor.code))
  return {
    codes: codes.length === 0 ? [code] : codes,
    status: isErrorStatus(status) ? status : 500,
    retryable,
    isInternal: codes.includes('internal_error'),
    messageParts: message.split(/\{(\w+)\}/),
    field,
    genericMessage: internalAncestor?.message ?? 'Internal server error',
    errorClass,
  }
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
