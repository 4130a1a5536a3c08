import { STATUS_CODES } from 'node:http'
import {
  createResponder,
  defineCatalog,
  deserializeBody,
  envelopes,
  formatPath,
  InvalidFieldValue,
  isJsonObject,
  parseEvents,
  parseJson,
  readString,
  type ApiError,
  type ApiErrorClass,
  type Catalog,
  type Envelope,
  type Responder,
  type ServerSentEvent,
} from '@faultline/core'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { RawResponse } from '../suite/raw-client.ts'
import { createSample } from '../suite/sample.ts'
import { OK } from '../suite/scenario.ts'
import { findDifference, type Difference } from './difference.ts'
import { createFinding, type Finding } from './finding.ts'
import { checkHeaders } from './headers.ts'
import { describeLeaks } from './leaks.ts'
import { compareNames, toSentStream } from './stream-end.ts'

/** The expected response to a request. */
export interface Expected {
  /** Canonical codes or wire codes; `OK` for a success. @default any error */
  readonly codes?: readonly string[]
  /** Whether any error with a 4xx status is accepted in addition to the codes. */
  readonly allowsAnyClientError?: boolean
  /** The field that the error must name. */
  readonly field?: string | undefined
  /** Retry-After in seconds. */
  readonly retryAfter?: number | undefined
  /** Whether the error was thrown without a message, so that the documented message is expected. */
  readonly hasDefaultMessage?: boolean
  /** Whether the request was HTTP/1.0, so that the body may end with the connection. */
  readonly isHttp10?: boolean
}

export interface ResponseCheckerOptions {
  readonly envelope: Envelope
  /** Error classes of the server, in addition to the taxonomy. */
  readonly errorClasses?: readonly ApiErrorClass[] | undefined
  readonly requestIdHeader?: string | undefined
  /** Credentials of the client. No response may contain them. */
  readonly secrets?: readonly string[]
}

/** Wire code and status of an error in an envelope. */
interface WireCodeAndStatus {
  readonly code: string
  readonly status: number
}

/** Checks responses against an envelope. */
export class ResponseChecker {
  readonly envelope: Envelope
  readonly requestIdHeader: string
  readonly #catalog: Catalog
  readonly #secrets: readonly string[]
  readonly #isValid: ValidateFunction
  readonly #ajv = new Ajv2020({ strict: false, validateFormats: false })
  /** Validators of the other envelopes' bodies, by envelope id. */
  readonly #otherValidators = new Map<string, ValidateFunction>()
  readonly #responder: Responder
  /** Whether the envelope's body can name a field. */
  readonly #namesFields: boolean

  constructor({ envelope, errorClasses = [], requestIdHeader, secrets = [] }: ResponseCheckerOptions) {
    this.envelope = envelope
    this.#catalog = defineCatalog(...errorClasses)
    this.#secrets = secrets
    this.#isValid = this.#ajv.compile(envelope.schema)
    this.#responder = createResponder({ envelope, requestIdHeader, onError: () => {} })
    const fieldError = envelope.parse(envelope.render(new InvalidFieldValue({ field: 'seed' })))
    this.#namesFields = fieldError?.field === 'seed'
    this.requestIdHeader = this.#responder.requestIdHeader
  }

  /** All error classes of the server. */
  get errorClasses(): readonly ApiErrorClass[] {
    return [...this.#catalog.values()]
  }

  /**
   * Returns the wire code and status of a code.
   *
   * @param code A canonical code or a wire code.
   * @throws TypeError for an unknown code.
   */
  lookUp(code: string): WireCodeAndStatus {
    const errorClass = this.#catalog.get(code)
    if (errorClass !== undefined) return this.#lookUpError(createSample(errorClass))
    const { codes } = this.envelope
    const wireCode = Object.hasOwn(codes, code) ? codes[code] : undefined
    if (wireCode !== undefined) return { code, status: wireCode.status }
    throw new TypeError(
      `Unknown code ${JSON.stringify(code)}; use a code of the taxonomy or of ${this.envelope.id}`,
    )
  }

  /** Returns the findings of a response. */
  check(response: RawResponse, expected: Expected = {}): Finding[] {
    const { status, complete } = response
    if (!complete) return [createFinding('whole', `The body is truncated after ${response.length} bytes`)]
    const leaks = this.findLeaks(
      `${response.statusLine}\n${Object.values(response.headers).join('\n')}\n${response.body}`,
    )
    if (status < 400) {
      if (expected.codes?.includes(OK) === true) return []
      return [this.#createStatusFinding(status, expected), ...leaks]
    }
    const { error, findings } = this.#parseResponse(response)
    return [
      ...checkReasonPhrase(response),
      ...findings,
      ...(error === undefined
        ? this.#checkStatus(response, expected)
        : this.#checkError(error, response, expected)),
      ...checkHeaders(response, {
        envelope: this.envelope,
        responder: this.#responder,
        error,
        isHttp10: expected.isHttp10 === true,
      }),
      ...leaks,
    ]
  }

  /** Parses the data of an event. @returns undefined if it is not an error of the envelope. */
  parse(data: string, status?: number): ApiError | undefined {
    const body = parseJson(data)
    return isJsonObject(body) ? this.envelope.parse({ status, body }) : undefined
  }

  /**
   * Returns the findings of a stream that ends with an error. An event has no status; the code determines it.
   *
   * @param events All events of the stream.
   * @param errorIndex Index of the event that reports the error.
   */
  checkEvents(
    events: readonly ServerSentEvent[],
    errorIndex: number,
    error: ApiError,
    expected: Expected,
  ): Finding[] {
    const stream = toSentStream(events.slice(0, errorIndex))
    const renderEvents = (each: ApiError): ServerSentEvent[] =>
      parseEvents(this.envelope.errorEvents(each, { stream }))
    const findings = compareNames(events.slice(errorIndex), renderEvents(error))
    const actualData = events[errorIndex]?.data ?? ''
    const { codes = [] } = expected
    // Several statuses can have the same code. The expected one then determines the error.
    const readings = [
      error,
      ...codes.flatMap((code) => this.parse(actualData, this.lookUp(code).status) ?? []),
    ]
    const differences = readings.map((each) =>
      findDifference(JSON.parse(renderEvents(each)[0]?.data ?? ''), JSON.parse(actualData)),
    )
    const [firstDifference] = differences
    if (firstDifference !== undefined && differences.every((each) => each !== undefined))
      findings.push(createDifferenceFinding('event', firstDifference))
    const { code } = this.#lookUpError(error)
    const expectedCodes = [...new Set(codes.map((each) => this.#lookUpEventCode(each)))]
    if (codes.length > 0 && !expectedCodes.includes(code))
      findings.push(createFinding('code', `Code is ${code}, expected ${expectedCodes.join(' or ')}`))
    return [...findings, ...this.#checkMessageAndField(error, expected)]
  }

  /** Returns a finding for each leak in part of a response. */
  findLeaks(text: string): Finding[] {
    return describeLeaks(text, this.#secrets).map((leak) =>
      createFinding('leak', `The response contains ${leak}`),
    )
  }

  #parseResponse(response: RawResponse): { error: ApiError | undefined; findings: Finding[] } {
    let body: unknown
    try {
      body = deserializeBody(this.envelope, response.body)
    } catch {
      const shown = response.body.trim() === '' ? 'empty' : JSON.stringify(response.body.slice(0, 60))
      const message = `The body is not valid JSON: ${shown}`
      return { error: undefined, findings: [createFinding('json', message)] }
    }
    const { id } = this.envelope
    if (!this.#isValid(body)) {
      const otherId = this.#findOtherEnvelope(body)
      const message =
        otherId === undefined
          ? `The body does not match envelope ${id}: ${this.#formatSchemaErrors()}`
          : `The body matches envelope ${otherId}, expected ${id}: ${this.#formatSchemaErrors()}`
      return { error: undefined, findings: [createFinding('envelope', message)] }
    }
    const error = this.envelope.parse(response)
    if (error === undefined)
      return { error, findings: [createFinding('envelope', `The body is not an ${id} error`)] }
    const rendered: unknown = JSON.parse(JSON.stringify(this.envelope.render(error).body))
    const difference = findDifference(rendered, body)
    return { error, findings: difference === undefined ? [] : [createDifferenceFinding('body', difference)] }
  }

  /** Formats the schema errors of the last validated body, with the names of unexpected members. */
  #formatSchemaErrors(): string {
    return (this.#isValid.errors ?? [])
      .map(({ instancePath, message, params }) => {
        const name = readString(params, 'additionalProperty')
        return `body${instancePath} ${message}${name === undefined ? '' : ` (${name})`}`
      })
      .join(', ')
  }

  /** Returns the id of another envelope that a body matches. */
  #findOtherEnvelope(body: unknown): string | undefined {
    for (const { id, schema } of Object.values(envelopes)) {
      if (id === this.envelope.id) continue
      let isValid = this.#otherValidators.get(id)
      if (isValid === undefined) this.#otherValidators.set(id, (isValid = this.#ajv.compile(schema)))
      if (isValid(body)) return id
    }
    return undefined
  }

  #checkError(error: ApiError, response: RawResponse, expected: Expected): Finding[] {
    const documented = this.#lookUpError(error)
    const findings: Finding[] = []
    if (documented.status !== response.status) {
      const message = `Status of ${documented.code} is ${response.status}, expected the documented ${documented.status}`
      findings.push(createFinding('status', message))
    }
    findings.push(
      ...this.#checkCode({ code: documented.code, status: response.status }, expected),
      ...this.#checkMessageAndField(error, expected),
    )
    const retryAfter = response.headers['retry-after']
    if (expected.retryAfter !== undefined && retryAfter !== String(expected.retryAfter)) {
      const message = `Retry-After is ${retryAfter ?? 'missing'}, expected ${expected.retryAfter}`
      findings.push(createFinding('retry-after', message))
    }
    return findings
  }

  /** Checks the status of a response whose error cannot be parsed. */
  #checkStatus({ status }: RawResponse, expected: Expected): Finding[] {
    const { codes = [], allowsAnyClientError = false } = expected
    const isExpected = codes.some((code) => code !== OK && this.lookUp(code).status === status)
    if (codes.length === 0 || isExpected || (allowsAnyClientError && status < 500)) return []
    return [this.#createStatusFinding(status, expected)]
  }

  #checkCode({ code, status }: WireCodeAndStatus, expected: Expected): Finding[] {
    const { codes = [], allowsAnyClientError = false } = expected
    if (codes.length === 0 || (allowsAnyClientError && status < 500)) return []
    const wires = codes.filter((each) => each !== OK).map((each) => this.lookUp(each))
    if (wires.some((wire) => wire.code === code && wire.status === status)) return []
    const hasCode = wires.some((wire) => wire.code === code)
    return [
      createFinding(
        hasCode ? 'status' : 'code',
        `Response is ${status} ${code}, expected ${this.#formatExpected(expected)}`,
      ),
    ]
  }

  #checkMessageAndField(error: ApiError, { field, hasDefaultMessage = false }: Expected): Finding[] {
    const findings: Finding[] = []
    const actualField = error.field ?? formatPath(error.issues?.[0]?.path)
    if (field !== undefined && this.#namesFields && actualField !== field)
      findings.push(createFinding('field', `Field is ${actualField ?? 'missing'}, expected ${field}`))
    const { message } = this.envelope.lookup(error)
    if (hasDefaultMessage && message !== undefined && error.message !== message) {
      const text = `Message is ${JSON.stringify(error.message)}, expected ${JSON.stringify(message)}`
      findings.push(createFinding('message', text))
    }
    return findings
  }

  /** Returns the wire code of an error event. It differs from a response's if the status distinguishes two codes. */
  #lookUpEventCode(code: string): string {
    const errorClass = this.#catalog.get(code)
    const event = errorClass && parseEvents(this.envelope.errorEvents(createSample(errorClass)))[0]
    const error = event && this.parse(event.data)
    return (error === undefined ? this.lookUp(code) : this.#lookUpError(error)).code
  }

  #lookUpError(error: ApiError): WireCodeAndStatus {
    const { code, status } = this.envelope.lookup(error)
    return { code, status }
  }

  #createStatusFinding(status: number, expected: Expected): Finding {
    return createFinding('status', `Status is ${status}, expected ${this.#formatExpected(expected)}`)
  }

  #formatExpected({ codes = [], allowsAnyClientError }: Expected): string {
    const alternatives = codes.map((code) => {
      if (code === OK) return 'a success'
      const wire = this.lookUp(code)
      return `${wire.status} ${wire.code}`
    })
    if (allowsAnyClientError === true) alternatives.push('any 4xx')
    return [...new Set(alternatives)].join(' or ') || 'an error'
  }
}

const statusesByPhrase = new Map(
  Object.entries(STATUS_CODES).map(([status, phrase = '']) => [phrase.toLowerCase(), status]),
)

/** A reason phrase can be empty or custom. The phrase of another status misleads. */
function checkReasonPhrase({ status, statusLine }: RawResponse): Finding[] {
  const phrase = statusLine.split(' ').slice(2).join(' ')
  const otherStatus = statusesByPhrase.get(phrase.toLowerCase())
  if (otherStatus === undefined || otherStatus === String(status)) return []
  return [
    createFinding('reason', `The reason phrase of ${status} is “${phrase}”, the phrase of ${otherStatus}`),
  ]
}

function createDifferenceFinding(part: 'body' | 'event', { pointer, actual, expected }: Difference): Finding {
  return createFinding('body', `The ${part} has ${actual} at ${pointer}, expected ${expected}`)
}
