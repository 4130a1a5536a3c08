import { isErrorStatus } from '../http/status.ts'
import { isApiErrorClass, type ApiErrorClass } from './api-error.ts'
import { getClassInfo } from './class-info.ts'
import type { ErrorCode } from './codes.ts'
import { describeValue } from './describe-value.ts'
import { errorClasses } from './error-classes.ts'
import { isSnakeCase } from './snake-case.ts'

/** Error classes by code. */
export type Catalog = ReadonlyMap<string, ApiErrorClass>

/**
 * Returns the error classes of the taxonomy and of the application by code.
 *
 * @throws TypeError naming the invalid class: it does not extend ApiError, another class has its code, its code is not
 * snake_case, or its status is not a status of an error.
 */
export function defineCatalog(...classes: readonly ApiErrorClass[]): Catalog {
  const catalog = new Map<string, ApiErrorClass>(Object.entries(errorClasses))
  for (const errorClass of classes) {
    checkClass(errorClass)
    const { name, code } = errorClass
    const other = catalog.get(code)
    if (other === errorClass || (other !== undefined && isSameClass(other, errorClass))) continue
    if (other === undefined) catalog.set(code, errorClass)
    // A class that inherits its code is found under the code of its parent.
    else if (Object.hasOwn(errorClass, 'code'))
      throw new TypeError(`faultline: classes ${other.name} and ${name} have the same code "${code}"`)
  }
  return catalog
}

/** Returns whether two classes are the same class of two installed copies of this package. */
function isSameClass(one: ApiErrorClass, other: ApiErrorClass): boolean {
  return (
    errorClasses[one.code as ErrorCode] === one &&
    one.name === other.name &&
    one.status === other.status &&
    getClassInfo(one).codes.join() === getClassInfo(other).codes.join()
  )
}

function checkClass(errorClass: unknown): void {
  if (!isApiErrorClass(errorClass)) {
    throw new TypeError(`faultline: ${describeValue(errorClass)} does not extend ApiError`)
  }
  const { name, code, status } = errorClass
  if (typeof code !== 'string' || !isSnakeCase(code))
    throw new TypeError(
      `faultline: class ${name} has the code ${JSON.stringify(code)}, which is not snake_case`,
    )
  if (!isErrorStatus(status)) {
    throw new TypeError(
      `faultline: class ${name} has the status ${String(status)}; it must be an integer from 400 to 599`,
    )
  }
}
