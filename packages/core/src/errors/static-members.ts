import { isErrorStatus } from '../http/status.ts'
import { describeValue } from './describe-value.ts'
import { isSnakeCase } from './snake-case.ts'

/** Static members of an error class. A subclass inherits the members that it does not declare. */
export interface ErrorClassStatics {
  readonly name: string
  /** Identifier of the error class, in snake_case. */
  readonly code: string
  /** HTTP status, an integer from 400 to 599. */
  readonly status: number
  /** Whether the same request may succeed later. */
  readonly retryable: boolean
  /**
   * Default message. `{name}` is replaced by the option of that name, otherwise by the member of `details`. If one has no
   * value, the error has the message of the nearest ancestor whose parameters all have one.
   */
  readonly message: string
  /** The request field that all errors of this class are about, if it is always the same. */
  readonly field: string | undefined
  /** Description of the error in OpenAPI documents and reference pages. @default a description by `code` */
  readonly description?: string
  /** Action that the receiver of the error can take, in reference pages. @default a remedy by `code` */
  readonly remedy?: string
}

interface StaticCheck {
  readonly isValid: (value: unknown) => boolean
  readonly expected: string
}

const isString = (value: unknown): boolean => typeof value === 'string'

const optionalString: StaticCheck = {
  isValid: (value) => value === undefined || isString(value),
  expected: 'a string',
}

const checks: { readonly [member in Exclude<keyof ErrorClassStatics, 'name'>]-?: StaticCheck } = {
  code: {
    isValid: (value) => typeof value === 'string' && isSnakeCase(value),
    expected: 'snake_case, for example out_of_credits',
  },
  status: { isValid: isErrorStatus, expected: 'an integer from 400 to 599' },
  retryable: { isValid: (value) => typeof value === 'boolean', expected: 'true or false' },
  message: { isValid: isString, expected: 'a string' },
  field: optionalString,
  description: optionalString,
  remedy: optionalString,
}

/** Returns a sentence about the first static member with an invalid value; undefined if all are valid. */
export function describeInvalidStatic(statics: {
  readonly [member in keyof ErrorClassStatics]?: unknown
}): string | undefined {
  for (const [member, { isValid, expected }] of Object.entries(checks)) {
    const value: unknown = Reflect.get(statics, member)
    if (!isValid(value)) return `has the ${member} ${describeValue(value)}; it must be ${expected}`
  }
  return undefined
}
