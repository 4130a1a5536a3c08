import { resolveEnvelope } from '../envelopes/index.ts'
import { describeLookAlike, isEnvelope } from '../envelopes/is-envelope.ts'
import { isApiErrorClass } from '../errors/api-error.ts'
import { defineCatalog } from '../errors/catalog.ts'
import { describeValue } from '../errors/describe-value.ts'
import { findSimilar } from '../errors/find-similar.ts'
import { isObject } from '../recognize/safe-read.ts'
import { checkDevelopment } from './development.ts'
import type { ResponderOptions } from './options.ts'

interface OptionCheck {
  readonly isValid: (value: unknown) => boolean
  readonly expected: string
  /** The expected items, if the value may be an array. Each item must be a function. */
  readonly expectedItem?: string
}

type Checks = Readonly<Record<string, OptionCheck>>

const isFunction = (value: unknown): boolean => typeof value === 'function'

const isFunctionArray = (value: unknown): boolean => Array.isArray(value) && value.every(isFunction)

const isSeconds = (value: unknown): value is number => typeof value === 'number' && value >= 1

const functionsCheck: OptionCheck = {
  isValid: isFunctionArray,
  expected: 'an array of functions',
  expectedItem: 'a function',
}

const booleanCheck: OptionCheck = { isValid: (value) => typeof value === 'boolean', expected: 'a boolean' }

const checks: { readonly [name in keyof ResponderOptions]-?: OptionCheck } = {
  envelope: {
    isValid: (value) => typeof value === 'string' || isFunction(value) || isEnvelope(value),
    expected: 'an envelope id, an Envelope, or a function that takes the request',
  },
  fallbackEnvelope: {
    isValid: (value) => typeof value === 'string' || isEnvelope(value),
    expected: 'an envelope id or an Envelope',
  },
  onError: {
    isValid: (value) => isFunction(value) || isFunctionArray(value),
    expected: 'a function, or an array of functions',
    expectedItem: 'a function',
  },
  recognizers: {
    isValid: (value) => isFunctionArray(value) || (isObject(value) && !Array.isArray(value)),
    expected: 'an array of functions, or `{ before, after }`',
    expectedItem: 'a function',
  },
  errorsByField: {
    isValid: (value) => isObject(value) && !Array.isArray(value),
    expected: 'an object that maps fields to classes that extend ApiError',
  },
  errorClasses: {
    isValid: isFunctionArray,
    expected: 'an array of classes that extend ApiError',
    expectedItem: 'a class that extends ApiError',
  },
  requestIdHeader: {
    isValid: (value) => typeof value === 'string' && /^[!#$%&'*+.^_`|~\dA-Za-z-]+$/.test(value),
    expected: 'a valid header name',
  },
  trustRequestId: {
    isValid: (value) => typeof value === 'boolean' || isFunction(value),
    expected: 'a boolean, or a function that takes the request',
  },
  generateRequestId: { isValid: isFunction, expected: 'a function that takes the request' },
  serviceName: {
    isValid: (value) => typeof value === 'string' && value !== '',
    expected: 'a non-empty string',
  },
  defaultRetryAfter: {
    isValid: (value) => isSeconds(value) && Number.isFinite(value),
    expected: 'a number of seconds >= 1',
  },
  shouldRetryHeader: booleanCheck,
  retryAfterMsHeader: booleanCheck,
  maxRetryAfter: { isValid: isSeconds, expected: 'a number of seconds >= 1' },
  replaceBodies: {
    isValid: (value) => value === 'plain' || value === 'all' || value === false,
    expected: "'plain', 'all' or false",
  },
  dropCookies: booleanCheck,
  development: booleanCheck,
}

/** The members of the option `recognizers`, if it is not an array. */
const recognizersChecks: Checks = { before: functionsCheck, after: functionsCheck }

/**
 * Checks the options of a responder.
 *
 * @throws TypeError naming the option that is missing, unknown or of the wrong type, or the invalid error class.
 */
export function checkOptions(options: unknown): asserts options is ResponderOptions {
  if (!isObject(options))
    throw new TypeError(
      `faultline: options must be an object with an \`envelope\`, not ${describeValue(options)}`,
    )
  checkMembers(options, checks, '')
  const { envelope, fallbackEnvelope }: Partial<ResponderOptions> = options
  if (envelope === undefined)
    throw new TypeError(`faultline: option \`envelope\` is required; pass ${checks.envelope.expected}`)
  for (const id of [envelope, fallbackEnvelope]) if (typeof id === 'string') resolveEnvelope(id)
  const {
    errorClasses = [],
    errorsByField = {},
    recognizers = [],
    development,
  } = options as Partial<ResponderOptions>
  defineCatalog(...errorClasses)
  if (!Array.isArray(recognizers)) checkMembers(recognizers, recognizersChecks, 'recognizers.')
  if (development === true) checkDevelopment()
  for (const [field, value] of Object.entries<unknown>(errorsByField))
    if (!isApiErrorClass(value))
      throw new TypeError(
        `faultline: option \`errorsByField\`: \`${field}\` must be a class that extends ApiError, not ${describeValue(value)}`,
      )
}

/** @param prefix Path of the object in the options. */
function checkMembers(values: object, memberChecks: Checks, prefix: string): void {
  const known = new Map(Object.entries(memberChecks))
  const members: readonly [name: string, value: unknown][] = Object.entries(values)
  for (const [name, value] of members) {
    const check = known.get(name)
    if (check === undefined) throw new TypeError(describeUnknownOption(prefix, name, [...known.keys()]))
    if (value !== undefined && !check.isValid(value))
      throw new TypeError(`faultline: option \`${prefix}${name}\`${describeProblem(value, check)}`)
  }
}

function describeUnknownOption(prefix: string, name: string, knownNames: readonly string[]): string {
  const similarName = findSimilar(name, knownNames)
  const suggestion = similarName === undefined ? 'known' : `did you mean \`${prefix}${similarName}\`? Known`
  return `faultline: unknown option \`${prefix}${name}\`; ${suggestion} options: ${knownNames.join(', ')}.`
}

/** Describes an invalid value, or its first invalid item. */
function describeProblem(value: unknown, { expected, expectedItem }: OptionCheck): string {
  if (!Array.isArray(value) || expectedItem === undefined)
    return ` must be ${expected}, not ${describeValue(value)}${describeLookAlike(value)}`
  const items: readonly unknown[] = value
  const index = items.findIndex((item) => !isFunction(item))
  return `: item ${index} must be ${expectedItem}, not ${describeValue(items[index])}`
}
