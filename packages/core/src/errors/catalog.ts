import { isApiErrorClass, type ApiErrorClass } from './api-error.ts'
import { getClassInfo } from './class-info.ts'
import type { ErrorCode } from './codes.ts'
import { describeValue } from './describe-value.ts'
import { errorClasses } from './error-classes.ts'
import { toSnakeCase } from './snake-case.ts'
import { describeInvalidStatic } from './static-members.ts'

/** Error classes by code. */
export type Catalog = ReadonlyMap<string, ApiErrorClass>

/**
 * Returns the error classes of the taxonomy and of the application by code.
 *
 * @throws TypeError naming the invalid class: it does not extend ApiError, it has no own code, another class has its code,
 * or a static member has an invalid value, for example a status that is not a status of an error.
 */
export function defineCatalog(...classes: readonly ApiErrorClass[]): Catalog {
  const catalog = new Map<string, ApiErrorClass>(Object.entries(errorClasses))
  for (const errorClass of classes) {
    checkClass(errorClass)
    const { name, code } = errorClass
    const other = catalog.get(code)
    if (other === errorClass || (other !== undefined && isSameClass(other, errorClass))) continue
    if (other !== undefined)
      throw new TypeError(`faultline: classes ${other.name} and ${name} have the same code "${code}"`)
    catalog.set(code, errorClass)
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
  const { name } = errorClass
  const problem = describeInvalidStatic(errorClass)
  if (problem !== undefined) throw new TypeError(`faultline: class ${name} ${problem}`)
  if (!Object.hasOwn(errorClass, 'code')) {
    const parent = Object.getPrototypeOf(errorClass).name
    throw new TypeError(
      `faultline: class ${name} has no code, and cannot be distinguished from ${parent}; add static code = '${toSnakeCase(name)}'`,
    )
  }
}
