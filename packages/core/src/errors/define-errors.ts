import { ApiError, type ApiErrorClass } from './api-error.ts'
import { checkDefinition, findParameters } from './check-error-definition.ts'
import type {
  CheckedTable,
  DefinedErrors,
  DetailsDeclaration,
  ErrorDefinition,
  ErrorTable,
} from './defined-errors.ts'
import { describeValue } from './describe-value.ts'
import { toPascalCase } from './pascal-case.ts'
import type { ErrorClassStatics } from './static-members.ts'

/** A parent class. Constructors accept any options at run time. */
type ParentClass = ErrorClassStatics & (abstract new (options?: object) => ApiError)

/** The status of an error without `extends` and `status`. */
const DEFAULT_STATUS = 400

/**
 * Defines the error classes of an application: one per code, with the name in PascalCase and a literal code. A parameter of
 * the message, such as `{orderId}`, is a required option, and a member of `error.details`. A number is a status.
 *
 *     const errors = defineErrors({
 *       order_not_found: { extends: NotFound, message: "Order '{orderId}' not found" },
 *       shop_closed: 409,
 *     })
 *     throw new errors.OrderNotFound({ orderId })
 *
 * @throws TypeError naming the code and the invalid member.
 */
export function defineErrors<const Table extends CheckedTable<Table>>(table: Table): DefinedErrors<Table>
export function defineErrors(table: ErrorTable): Readonly<Record<string, ApiErrorClass>> {
  if (typeof table !== 'object' || table === null)
    throw new TypeError(
      `defineErrors: the table must be an object of definitions by code, not ${describeValue(table)}`,
    )
  const classes: Record<string, ApiErrorClass> = {}
  const codes: Record<string, string> = {}
  for (const [code, value] of Object.entries(table)) {
    const definition = typeof value === 'number' ? { status: value } : value
    checkDefinition(code, definition)
    const name = toPascalCase(code)
    if (codes[name] !== undefined)
      throw new TypeError(
        `defineErrors: "${codes[name]}" and "${code}" both have the class name ${name}; rename one`,
      )
    codes[name] = code
    classes[name] = createErrorClass(code, name, definition)
  }
  return classes
}

/** Declares the type of a class's `details`, which its constructor then requires: `details: declareDetails<Stock>()`. */
export function declareDetails<Details>(): DetailsDeclaration<Details> {
  return {}
}

function createErrorClass(code: string, name: string, definition: ErrorDefinition): ApiErrorClass {
  const { extends: parent, message, retryable, field, description, remedy } = definition
  const status = definition.status ?? (parent === undefined ? DEFAULT_STATUS : undefined)
  const Parent = (parent ?? ApiError) as ParentClass
  const parameters = findParameters(message ?? '')
  const ErrorClass =
    parameters.length === 0 ? class extends Parent {} : createClassWithParameters(Parent, parameters)
  Object.defineProperty(ErrorClass, 'name', { value: name })
  const statics = { code, status, message, retryable, field, description, remedy }
  for (const [member, value] of Object.entries(statics))
    if (value !== undefined) defineValue(ErrorClass, member, value)
  return ErrorClass
}

function createClassWithParameters(Parent: ParentClass, parameters: readonly string[]): ApiErrorClass {
  return class extends Parent {
    constructor(options?: object) {
      super(options)
      // An option that the parent class keeps as a property is not repeated in `details`.
      const added = parameters.filter((parameter) => !Object.hasOwn(this, parameter))
      const details = mergeDetails(this.details, options, added)
      if (details !== undefined) defineValue(this, 'details', details)
    }
  }
}

/** Returns the details with the options of some names; undefined if none is set, or if the details cannot be copied. */
function mergeDetails(details: unknown, options: unknown, names: readonly string[]): object | undefined {
  if (typeof options !== 'object' || options === null) return undefined
  try {
    const values = names
      .map((name) => [name, Reflect.get(options, name)] as const)
      .filter(([, value]) => typeof value === 'string' || typeof value === 'number')
    if (values.length === 0 || (typeof details !== 'object' && details !== undefined)) return undefined
    return { ...details, ...Object.fromEntries(values) }
  } catch {
    // A getter throws. The constructor must not, because that would hide the failure that the error reports.
    return undefined
  }
}

function defineValue(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true })
}
