import { isEnvelope, resolveEnvelope } from '../envelopes/index.ts'
import { isApiErrorClass } from '../errors/api-error.ts'
import { defineCatalog } from '../errors/catalog.ts'
import { describeValue } from '../errors/describe-value.ts'
import { findSimilar } from '../errors/find-similar.ts'
import { isObject } from '../recognize/safe-read.ts'
import type { ResponderOptions } from './options.ts'

interface OptionCheck {
  readonly isValid: (value: unknown) => boolean
  readonly expected: string
  /** The expected items, if the value may be an array. Each item must be a function. */
  readonly expectedItem?: string
}

const isFunction = (value: unknown): boolean => typeof value === 'function'

const isFunctionArray = (value: unknown): boolean => Array.isArray(value) && value.every(isFunction)

const isRegExp = (value: unknown): boolean => Object.prototype.toString.call(value) === '[object RegExp]'

const isSeconds = (value: unknown): value is number => typeof value === 'number' && value >= 1

const booleanCheck: OptionCheck = { isValid: (value) => typeof value === 'boolean', expected: 'a boolean' }

const checks: { readonly [name in keyof ResponderOptions]-?: OptionCheck } = {
  envelope: {
    isValid: (value) => typeof value === 'string' || isFunction(value) || isEnvelope(value),
    expected: 'an envelope id, an Envelope, or a function that takes the request',
  },
  onError: {
    isValid: (value) => isFunction(value) || isFunctionArray(value),
    expected: 'a function, or an array of functions',
    expectedItem: 'a function',
  },
  recognizers: { isValid: isFunctionArray, expected: 'an array of functions', expectedItem: 'a function' },
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
  redact: {
    isValid: (value) => Array.isArray(value) && value.every(isRegExp),
    expected: 'an array of RegExp',
  },
  dropCookies: booleanCheck,
}

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
  const values = new Map<string, unknown>(Object.entries(options))
  const known = new Map<string, OptionCheck>(Object.entries(checks))
  for (const [name, value] of values) {
    const check = known.get(name)
    if (check === undefined) throw new TypeError(describeUnknownOption(name, [...known.keys()]))
    if (value !== undefined && !check.isValid(value))
      throw new TypeError(`faultline: option \`${name}\`${describeProblem(value, check)}`)
  }
  const envelope = values.get('envelope')
  if (envelope === undefined)
    throw new TypeError(`faultline: option \`envelope\` is required; pass ${checks.envelope.expected}`)
  if (typeof envelope === 'string') resolveEnvelope(envelope)
  const { errorClasses = [], errorsByField = {} } = options as Partial<ResponderOptions>
  defineCatalog(...errorClasses)
  for (const [field, value] of Object.entries<unknown>(errorsByField))
    if (!isApiErrorClass(value))
      throw new TypeError(
        `faultline: option \`errorsByField\`: \`${field}\` must be a class that extends ApiError, not ${describeValue(value)}`,
      )
}

function describeUnknownOption(name: string, knownNames: readonly string[]): string {
  const similarName = findSimilar(name, knownNames)
  const suggestion = similarName === undefined ? 'known' : `did you mean \`${similarName}\`? Known`
  return `faultline: unknown option \`${name}\`; ${suggestion} options: ${knownNames.join(', ')}.`
}

/** Describes an invalid value, or its first invalid item. */
function describeProblem(value: unknown, { expected, expectedItem }: OptionCheck): string {
  if (!Array.isArray(value) || expectedItem === undefined)
    return ` must be ${expected}, not ${describeValue(value)}`
  const items: readonly unknown[] = value
  const index = items.findIndex((item) => !isFunction(item))
  return `: item ${index} must be ${expectedItem}, not ${describeValue(items[index])}`
}
