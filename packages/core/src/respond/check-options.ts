import { isEnvelope, resolveEnvelope } from '../envelopes/index.ts'
import { isApiErrorClass } from '../errors/api-error.ts'
import { defineCatalog } from '../errors/catalog.ts'
import { describeValue } from '../errors/describe-value.ts'
import { findSimilar } from '../errors/find-similar.ts'
import { isObject } from '../recognize/safe-read.ts'
import type { ResponderOptions } from './options.ts'
import type { AppOption, RouteOptions } from './route.ts'

interface OptionCheck {
  readonly isValid: (value: unknown) => boolean
  readonly expected: string
  /** The expected items, if the value may be an array. Each item must be a function. */
  readonly expectedItem?: string
}

const isFunction = (value: unknown): boolean => typeof value === 'function'

const isFunctionArray = (value: unknown): boolean => Array.isArray(value) && value.every(isFunction)

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
  checkValues(options, Object.keys(checks), 'faultline')
  const { envelope, errorClasses = [] } = options as Partial<ResponderOptions>
  if (envelope === undefined)
    throw new TypeError(`faultline: option \`envelope\` is required; pass ${checks.envelope.expected}`)
  defineCatalog(...errorClasses)
}

/** Reasons why an option cannot differ between the routes of an app. */
const appOptions: { readonly [name in AppOption]: string } = {
  requestIdHeader: 'a request has its id before its route is known',
  trustRequestId: 'a request has its id before its route is known',
  errorClasses: 'the codes of an app are checked together',
  dropCookies: 'middleware sets cookies before the route is known',
}

/**
 * Checks the options of a route.
 *
 * @param place The place of the options, which messages begin with.
 * @throws TypeError naming the place, and the option that is unknown, of the wrong type or only an option of an app.
 */
export function checkRouteOptions(options: unknown, place: string): asserts options is RouteOptions {
  if (!isObject(options) || Array.isArray(options))
    throw new TypeError(`${place}: options must be an object, not ${describeValue(options)}`)
  for (const [name, reason] of Object.entries(appOptions))
    if (name in options)
      throw new TypeError(
        `${place}: option \`${name}\` cannot be set for a route, because ${reason}; set it in the options of the app`,
      )
  checkValues(
    options,
    Object.keys(checks).filter((name) => !(name in appOptions)),
    place,
  )
}

/** Checks each option that is given. */
function checkValues(options: object, knownNames: readonly string[], place: string): void {
  const known = new Map<string, OptionCheck>(Object.entries(checks))
  for (const [name, value] of Object.entries<unknown>({ ...options })) {
    const check = knownNames.includes(name) ? known.get(name) : undefined
    if (check === undefined) throw new TypeError(`${place}: ${describeUnknownOption(name, knownNames)}`)
    if (value !== undefined && !check.isValid(value))
      throw new TypeError(`${place}: option \`${name}\`${describeProblem(value, check)}`)
  }
  const { envelope, errorsByField = {} } = options as Partial<ResponderOptions>
  if (typeof envelope === 'string') checkEnvelopeId(envelope, place)
  for (const [field, value] of Object.entries<unknown>(errorsByField))
    if (!isApiErrorClass(value))
      throw new TypeError(
        `${place}: option \`errorsByField\`: \`${field}\` must be a class that extends ApiError, not ${describeValue(value)}`,
      )
}

function checkEnvelopeId(id: string, place: string): void {
  try {
    resolveEnvelope(id)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new TypeError(
      message.replace(/^faultline/, () => place),
      { cause: error },
    )
  }
}

function describeUnknownOption(name: string, knownNames: readonly string[]): string {
  const similarName = findSimilar(name, knownNames)
  const suggestion = similarName === undefined ? 'known' : `did you mean \`${similarName}\`? Known`
  return `unknown option \`${name}\`; ${suggestion} options: ${knownNames.join(', ')}.`
}

/** Describes an invalid value, or its first invalid item. */
function describeProblem(value: unknown, { expected, expectedItem }: OptionCheck): string {
  if (!Array.isArray(value) || expectedItem === undefined)
    return ` must be ${expected}, not ${describeValue(value)}`
  const items: readonly unknown[] = value
  const index = items.findIndex((item) => !isFunction(item))
  return `: item ${index} must be ${expectedItem}, not ${describeValue(items[index])}`
}
