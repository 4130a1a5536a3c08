import { isEnvelope, resolveEnvelope } from '../envelopes/index.ts'
import { defineCatalog } from '../errors/catalog.ts'
import { isObject } from '../recognize/safe-read.ts'
import type { ResponderOptions } from './options.ts'

interface OptionCheck {
  readonly isValid: (value: unknown) => boolean
  readonly expected: string
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
  },
  recognizers: { isValid: isFunctionArray, expected: 'an array of functions' },
  errorClasses: { isValid: isFunctionArray, expected: 'an array of classes that extend ApiError' },
  requestIdHeader: {
    isValid: (value) => typeof value === 'string' && /^[!#$%&'*+.^_`|~\dA-Za-z-]+$/.test(value),
    expected: 'a valid header name',
  },
  serviceName: { isValid: (value) => typeof value === 'string', expected: 'a string' },
  defaultRetryAfter: {
    isValid: (value) => isSeconds(value) && Number.isFinite(value),
    expected: 'a number of seconds >= 1',
  },
  shouldRetryHeader: booleanCheck,
  retryAfterMsHeader: booleanCheck,
  maxRetryAfter: { isValid: isSeconds, expected: 'a number of seconds >= 1' },
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
      `Faultline: options must be an object with an \`envelope\`, not ${formatValue(options)}`,
    )
  const values = new Map<string, unknown>(Object.entries(options))
  const known = new Map<string, OptionCheck>(Object.entries(checks))
  for (const [name, value] of values) {
    const check = known.get(name)
    if (check === undefined)
      throw new TypeError(
        `Faultline: unknown option \`${name}\`. Known options: ${[...known.keys()].join(', ')}.`,
      )
    if (value !== undefined && !check.isValid(value))
      throw new TypeError(
        `Faultline: option \`${name}\` must be ${check.expected}, not ${formatValue(value)}`,
      )
  }
  const envelope = values.get('envelope')
  if (envelope === undefined)
    throw new TypeError(`Faultline: option \`envelope\` is required: ${checks.envelope.expected}`)
  if (typeof envelope === 'string') resolveEnvelope(envelope)
  const { errorClasses = [] } = options as Partial<ResponderOptions>
  defineCatalog(...errorClasses)
}

function formatValue(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : value === null ? 'null' : typeof value
}
