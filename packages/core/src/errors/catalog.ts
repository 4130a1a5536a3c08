import { isApiErrorClass, type ApiErrorClass } from './api-error.ts'
import { errorClasses } from './error-classes.ts'
import { isErrorStatus } from '../http/status.ts'

/** Kinds of error by their codes. */
export type Catalog = ReadonlyMap<string, ApiErrorClass>

/**
 * The taxonomy and a team's own kinds of error, by code.
 *
 * @throws TypeError naming the class that is wrong: two classes with one code, a code that is not snake_case, a
 * status that no error can have, a value that is no class of errors.
 */
export function defineCatalog(...classes: readonly ApiErrorClass[]): Catalog {
  const catalog = new Map<string, ApiErrorClass>(Object.entries(errorClasses))
  for (const type of classes) {
    if (!isApiErrorClass(type)) {
      throw new TypeError(`errors: ${nameOf(type)} is no class that extends ApiError`)
    }
    if (catalog.get(type.code) === type) continue
    if (typeof type.code !== 'string' || !/^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/.test(type.code)) {
      throw new TypeError(
        `errors: class ${type.name} has the code ${JSON.stringify(type.code)}, which is not snake_case`,
      )
    }
    const other = catalog.get(type.code)
    if (other !== undefined && Object.hasOwn(type, 'code')) {
      throw new TypeError(`errors: classes ${other.name} and ${type.name} have the same code "${type.code}"`)
    }
    if (!isErrorStatus(type.status)) {
      throw new TypeError(
        `errors: class ${type.name} has the status ${String(type.status)}; it must be an integer from 400 to 599`,
      )
    }
    if (other === undefined) catalog.set(type.code, type)
  }
  return catalog
}

function nameOf(value: unknown): string {
  return typeof value === 'function' ? value.name : String(value)
}
