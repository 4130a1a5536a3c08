import { resolveEnvelope } from '../envelopes/index.ts'
import { describeLookAlike, isEnvelope } from '../envelopes/is-envelope.ts'
import { isApiErrorClass } from '../errors/api-error.ts'
import { defineCatalog } from '../errors/catalog.ts'
import { describeValue } from '../errors/describe-value.ts'
import { findSimilar } from '../errors/find-similar.ts'
import { isObject } from '../recognize/safe-read.ts'
import { checkHeaderTexts } from './check-rendered.ts'
import { checkDevelopment } from './development.ts'
import type { ResponderOptions } from './options.ts'
import type { AppOption, RouteOptions } from './route.ts'

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
  checkValues(options, checks, 'faultline')
  const { envelope, errorClasses = [] } = options as Partial<ResponderOptions>
  if (envelope === undefined)
    throw new TypeError(`faultline: option \`envelope\` is required; pass ${checks.envelope.expected}`)
  defineCatalog(...errorClasses)
}

/** Reasons why an option cannot differ between the routes of an app. */
const appOptions: { readonly [name in AppOption]: string } = {
  requestIdHeader: 'a request has its id before its route is known',
  trustRequestId: 'a request has its id before its route is known',
  generateRequestId: 'a request has its id before its route is known',
  errorClasses: 'the codes of an app are checked together',
  dropCookies: 'middleware sets cookies before the route is known',
}

/** The checks of the options that a route can have. */
const routeChecks: Checks = Object.fromEntries(
  Object.entries(checks).filter(([name]) => !(name in appOptions)),
)

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
  checkValues(options, routeChecks, place)
}

/** Checks each option that is given. */
function checkValues(options: object, knownChecks: Checks, place: string): void {
  checkMembers(options, knownChecks, { place, prefix: '' })
  const {
    envelope,
    fallbackEnvelope,
    errorsByField = {},
    recognizers = [],
    development,
  } = options as Partial<ResponderOptions>
  for (const [option, value] of Object.entries({ envelope, fallbackEnvelope })) {
    if (typeof value === 'string') checkEnvelopeId(value, place)
    else if (isEnvelope(value)) checkHeaderTexts(option, value, place)
  }
  if (!Array.isArray(recognizers))
    checkMembers(recognizers, recognizersChecks, { place, prefix: 'recognizers.' })
  if (development === true) checkDevelopment()
  for (const [field, value] of Object.entries<unknown>(errorsByField))
    if (!isApiErrorClass(value))
      throw new TypeError(
        `${place}: option \`errorsByField\`: \`${field}\` must be a class that extends ApiError, not ${describeValue(value)}`,
      )
}

interface Place {
  /** Begins each message. */
  readonly place: string
  /** Path of the object in the options. */
  readonly prefix: string
}

function checkMembers(values: object, memberChecks: Checks, { place, prefix }: Place): void {
  const known = new Map(Object.entries(memberChecks))
  const members: readonly [name: string, value: unknown][] = Object.entries({ ...values })
  for (const [name, value] of members) {
    const check = known.get(name)
    if (check === undefined)
      throw new TypeError(`${place}: ${describeUnknownOption(prefix, name, [...known.keys()])}`)
    if (value !== undefined && !check.isValid(value))
      throw new TypeError(`${place}: option \`${prefix}${name}\`${describeProblem(value, check)}`)
  }
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

function describeUnknownOption(prefix: string, name: string, knownNames: readonly string[]): string {
  const similarName = findSimilar(name, knownNames)
  const suggestion = similarName === undefined ? 'known' : `did you mean \`${prefix}${similarName}\`? Known`
  return `unknown option \`${prefix}${name}\`; ${suggestion} options: ${knownNames.join(', ')}.`
}

/** Describes an invalid value, or its first invalid item. */
function describeProblem(value: unknown, { expected, expectedItem }: OptionCheck): string {
  if (!Array.isArray(value) || expectedItem === undefined)
    return ` must be ${expected}, not ${describeValue(value)}${describeLookAlike(value)}`
  const items: readonly unknown[] = value
  const index = items.findIndex((item) => !isFunction(item))
  return `: item ${index} must be ${expectedItem}, not ${describeValue(items[index])}`
}
