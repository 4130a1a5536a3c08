import { isApiErrorClass } from './api-error.ts'
import { getClassInfo } from './class-info.ts'
import type { ErrorDefinition, ReservedOption } from './defined-errors.ts'
import { describeValue } from './describe-value.ts'
import { errorClasses, isErrorCode } from './error-classes.ts'
import { findSimilar } from './find-similar.ts'
import { isSnakeCase, toSnakeCase } from './snake-case.ts'
import { describeInvalidStatic } from './static-members.ts'

const members = {
  extends: true,
  status: true,
  message: true,
  retryable: true,
  field: true,
  details: true,
  description: true,
  remedy: true,
} as const satisfies { readonly [member in keyof ErrorDefinition]-?: true }

/** Options of all error classes, and own properties of errors. A parameter cannot have one of these names. */
const reservedOptions = {
  message: true,
  cause: true,
  retryAfter: true,
  issues: true,
  issue: true,
  field: true,
  origin: true,
  headers: true,
  details: true,
  expose: true,
  captureStack: true,
  stack: true,
} as const satisfies { readonly [name in ReservedOption]-?: true }

/** Codes of classes that are not in `errorClasses`. */
const otherCodes = new Set(['api_error', 'client_closed_request'])

/** Returns the names of the parameters in a message, each once. */
export function findParameters(message: string): string[] {
  const names = Array.from(message.matchAll(/\{(\w+)\}/g), ([, name = '']) => name)
  return [...new Set(names)]
}

/**
 * Checks one entry of the table of `defineErrors`.
 *
 * @throws TypeError naming the code and the invalid member.
 */
export function checkDefinition(code: string, definition: unknown): asserts definition is ErrorDefinition {
  const problem = findCodeProblem(code) ?? findDefinitionProblem(definition)
  if (problem !== undefined) throw new TypeError(`defineErrors: ${code} ${problem}`)
}

function findCodeProblem(code: string): string | undefined {
  if (!isSnakeCase(code)) {
    const similar = toSnakeCase(code)
    return `is not snake_case${isSnakeCase(similar) ? `; write ${similar}` : ', for example out_of_credits'}`
  }
  if (isErrorCode(code)) {
    const { name } = errorClasses[code]
    return `is the code of ${name}; choose another code, or throw ${name} with a message`
  }
  return otherCodes.has(code) ? 'is reserved; choose another code' : undefined
}

function findDefinitionProblem(definition: unknown): string | undefined {
  if (typeof definition !== 'object' || definition === null || Array.isArray(definition))
    return `must be a status or an object with members such as extends, not ${describeValue(definition)}`
  for (const member of Object.keys(definition)) {
    if (Object.hasOwn(members, member)) continue
    const similar = findSimilar(member, Object.keys(members))
    const suggestion = similar === undefined ? 'known' : `did you mean ${similar}? Known`
    return `has the unknown member ${member}; ${suggestion} members: ${Object.keys(members).join(', ')}`
  }
  const { extends: parent, details, ...statics }: { extends?: unknown; details?: unknown } = definition
  if (parent !== undefined && !isApiErrorClass(parent)) return describeParent(parent)
  if (details !== undefined && (typeof details !== 'object' || details === null))
    return `has the details ${describeValue(details)}; write details: declareDetails<{ name: string }>()`
  const valid = { code: 'valid', status: 400, retryable: false, message: '' }
  const invalidStatic = describeInvalidStatic({ ...valid, ...withoutUndefined(statics) })
  if (invalidStatic !== undefined) return invalidStatic
  const { message }: { message?: unknown } = statics
  return typeof message === 'string' ? findMessageProblem(message, parent) : undefined
}

function withoutUndefined(values: object): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}

function describeParent(parent: unknown): string {
  const code = typeof parent === 'string' ? toSnakeCase(parent) : ''
  const similar = findSimilar(code, Object.keys(errorClasses))
  const suggestion =
    similar !== undefined && isErrorCode(similar) ? `; import the class ${errorClasses[similar].name}` : ''
  return `has the extends ${describeValue(parent)}; it must be a class that extends ApiError${suggestion}`
}

function findMessageProblem(message: string, parent: ErrorDefinition['extends']): string | undefined {
  const [brace] = message.replaceAll(/\{\w+\}/g, '').match(/\{[^{}]*\}/) ?? []
  if (brace !== undefined)
    return `has the parameter ${brace} in its message; a name consists of letters, digits and underscores`
  for (const name of findParameters(message)) {
    if (Object.hasOwn(reservedOptions, name) && !hasParameter(parent, name))
      return `has the parameter {${name}} in its message, which is an option of all errors; choose another name`
  }
  return undefined
}

/** Returns whether the message of a class or of an ancestor has a parameter. The class then reads the option itself. */
function hasParameter(errorClass: ErrorDefinition['extends'], name: string): boolean {
  if (errorClass === undefined) return false
  return getClassInfo(errorClass).messages.some((parts) => parts.includes(name, 1))
}
