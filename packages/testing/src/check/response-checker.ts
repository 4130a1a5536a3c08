import { STATUS_CODES } from 'node:http'
import {
  createResponder,
  defineCatalog,
  envelopes,
  formatPath,
  InvalidFieldValue,
  type ApiError,
  type ApiErrorClass,
  type Catalog,
  type Envelope,
  type Responder,
} from '@faultline/core'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { RawResponse } from '../suite/raw-client.ts'
import { sampleOf } from '../suite/sample.ts'
import { OK } from '../suite/scenario.ts'
import { firstDifference, type Difference } from './difference.ts'
import { dataOf, eventNameOf } from './event.ts'
import type { Finding, RuleName } from './finding.ts'
import { judgeHeaders } from './headers.ts'
import { leaksOf } from './leaks.ts'

/** What an answer should be. */
export interface Expected {
  /** Codes, in core's words or the envelope's; `OK` for an answer that is no failure. @default any failure */
  readonly codes?: readonly string[]
  /** Whether any failure will do that is the client's own, beside the codes. */
  readonly isAnyClientError?: boolean
  /** The field that is to be named. */
  readonly field?: string | undefined
  /** The seconds of Retry-After. */
  readonly retryAfter?: number | undefined
  /** Whether the thrower gave no message, so that a documented one is sent. */
  readonly isPlain?: boolean
  /** The id that the request came with. */
  readonly id?: string
  /** Whether the client is of HTTP/1.0, for which a body may end where its connection does. */
  readonly isOld?: boolean
}

/** What judges answers. */
export interface JudgeOptions {
  readonly envelope: Envelope
  /** Kinds of error of the server's own. */
  readonly errors?: readonly ApiErrorClass[] | undefined
  readonly requestIdHeader?: string | undefined
  /** What the client is known by: no answer may have it. */
  readonly secrets?: readonly string[]
}

/** An answer's place in an envelope. */
interface Wire {
  readonly code: string
  readonly status: number
}

/** Holds answers to an envelope. */
export class Judge {
  readonly envelope: Envelope
  readonly requestIdHeader: string
  readonly #catalog: Catalog
  readonly #secrets: readonly string[]
  readonly #isValid: ValidateFunction
  readonly #ajv = new Ajv2020({ strict: false, validateFormats: false })
  /** What tells bodies of other envelopes, by their ids. */
  readonly #others = new Map<string, ValidateFunction>()
  readonly #responder: Responder
  /** Whether the envelope has a place for the field at fault. */
  readonly #namesFields: boolean

  constructor({ envelope, errors = [], requestIdHeader, secrets = [] }: JudgeOptions) {
    this.envelope = envelope
    this.#catalog = defineCatalog(...errors)
    this.#secrets = secrets
    this.#isValid = this.#ajv.compile(envelope.schema)
    this.#responder = createResponder({ envelope, requestIdHeader, onError: () => {} })
    const aboutField = envelope.parse(envelope.render(new InvalidFieldValue({ field: 'seed' })))
    this.#namesFields = aboutField?.field === 'seed'
    this.requestIdHeader = this.#responder.requestIdHeader
  }

  /** The kinds of error that there are. */
  get kinds(): readonly ApiErrorClass[] {
    return [...this.#catalog.values()]
  }

  /**
   * What a code is sent as.
   *
   * @param code In core's words or the envelope's.
   * @throws TypeError for a code that is neither
   */
  wireOf(code: string): Wire {
    const type = this.#catalog.get(code)
    if (type !== undefined) return this.#wire(sampleOf(type))
    const listed = this.envelope.codes
    if (Object.hasOwn(listed, code)) return { code, status: listed[code]!.status }
    throw new TypeError(
      `There is no error ${JSON.stringify(code)}, neither in the taxonomy nor in ${this.envelope.id}`,
    )
  }

  /** What is wrong with an answer. */
  judge(response: RawResponse, expected: Expected = {}): Finding[] {
    const { status, complete } = response
    if (!complete) return [finding('whole', `The body breaks off after ${response.length} bytes`)]
    const leaks = this.leaks(
      `${response.statusLine}\n${Object.values(response.headers).join('\n')}\n${response.body}`,
    )
    if (status < 400) {
      if (expected.codes?.includes(OK) === true) return []
      return [finding('status', `It is answered ${status}, and should be ${this.#told(expected)}`), ...leaks]
    }
    const { error, findings } = this.#read(response)
    return [
      ...reasonOf(response),
      ...findings,
      ...(error === undefined
        ? this.#compareStatus(response, expected)
        : this.#compare(error, response, expected)),
      ...judgeHeaders(response, {
        envelope: this.envelope,
        responder: this.#responder,
        error,
        id: expected.id,
        isOld: expected.isOld === true,
      }),
      ...leaks,
    ]
  }

  /** What an event's data says; undefined for what is no error of the envelope. */
  parse(data: string, status?: number): ApiError | undefined {
    return this.envelope.parse({ status, body: data })
  }

  /** What is wrong with an event that tells of an error. It has no status: the code tells. */
  judgeEvent(event: string, error: ApiError, expected: Expected): Finding[] {
    const findings: Finding[] = []
    const should = this.envelope.errorEvent(error).trimEnd()
    const [name, rightName] = [eventNameOf(event), eventNameOf(should)]
    if (name !== rightName) {
      const message = `The event is called ${name ?? 'nothing'}, and should be called ${rightName ?? 'nothing'}`
      findings.push(finding('stream', message))
    }
    const data = dataOf(event)
    const { codes = [] } = expected
    // Where the code alone does not tell the status, the expected one does.
    const readings = [error, ...codes.flatMap((code) => this.parse(data, this.wireOf(code).status) ?? [])]
    const differences = readings.map((each) =>
      firstDifference(JSON.parse(dataOf(this.envelope.errorEvent(each))), JSON.parse(data)),
    )
    if (differences.every((each) => each !== undefined)) findings.push(differing('event', differences[0]!))
    const { code } = this.#wire(error)
    const rightCodes = [...new Set(codes.map((each) => this.#eventCode(each)))]
    if (codes.length > 0 && !rightCodes.includes(code))
      findings.push(finding('code', `It is ${code}, and should be ${rightCodes.join(' or ')}`))
    return [...findings, ...this.#compareText(error, expected)]
  }

  /** What a text gives away. */
  leaks(text: string): Finding[] {
    return leaksOf(text, this.#secrets).map((leak) => finding('leak', `It holds ${leak}`))
  }

  #read(response: RawResponse): { error: ApiError | undefined; findings: Finding[] } {
    let body: unknown
    try {
      body = JSON.parse(response.body) as unknown
    } catch {
      const seen = response.body.trim() === '' ? 'empty' : JSON.stringify(response.body.slice(0, 60))
      return { error: undefined, findings: [finding('json', `The body is no JSON: it is ${seen}`)] }
    }
    if (!this.#isValid(body)) {
      const other = this.#otherEnvelope(body)
      const message =
        other === undefined
          ? `The body is not of ${this.envelope.id}: ${this.#problems()}`
          : `The body is of ${other}, and should be of ${this.envelope.id}: ${this.#problems()}`
      return { error: undefined, findings: [finding('envelope', message)] }
    }
    const error = this.envelope.parse(response)
    if (error === undefined)
      return {
        error,
        findings: [finding('envelope', `The body is no error of ${this.envelope.id}`)],
      }
    const rendered: unknown = JSON.parse(JSON.stringify(this.envelope.render(error).body))
    const difference = firstDifference(rendered, body)
    return { error, findings: difference === undefined ? [] : [differing('body', difference)] }
  }

  /** What the schema says against the body that was looked at last, names of members included. */
  #problems(): string {
    return (this.#isValid.errors ?? [])
      .map(({ instancePath, message, params }) => {
        const { additionalProperty: name } = params as { additionalProperty?: string }
        return `body${instancePath} ${message}${name === undefined ? '' : ` (${name})`}`
      })
      .join(', ')
  }

  /** The envelope that a body is of, where it is another one of core's. */
  #otherEnvelope(body: unknown): string | undefined {
    for (const { id, schema } of Object.values(envelopes)) {
      if (id === this.envelope.id) continue
      let isValid = this.#others.get(id)
      if (isValid === undefined) this.#others.set(id, (isValid = this.#ajv.compile(schema)))
      if (isValid(body)) return id
    }
    return undefined
  }

  #compare(error: ApiError, response: RawResponse, expected: Expected): Finding[] {
    const wire = this.#wire(error)
    const findings: Finding[] = []
    if (wire.status !== response.status) {
      const message = `${wire.code} is documented with ${wire.status}, and was sent with ${response.status}`
      findings.push(finding('status', message))
    }
    findings.push(
      ...this.#compareCode({ ...wire, status: response.status }, expected),
      ...this.#compareText(error, expected),
    )
    if (
      expected.retryAfter !== undefined &&
      response.headers['retry-after'] !== String(expected.retryAfter)
    ) {
      const seen = response.headers['retry-after'] ?? 'missing'
      findings.push({
        rule: 'retry-after',
        message: `Retry-After is ${seen}, and should be ${expected.retryAfter}`,
      })
    }
    return findings
  }

  /** What can be said where no error can be read. */
  #compareStatus({ status }: RawResponse, expected: Expected): Finding[] {
    const { codes = [], isAnyClientError = false } = expected
    const isFitting = codes.some((code) => code !== OK && this.wireOf(code).status === status)
    if (codes.length === 0 || isFitting || (isAnyClientError && status < 500)) return []
    return [finding('status', `It is answered ${status}, and should be ${this.#told(expected)}`)]
  }

  #compareCode({ code, status }: Wire, expected: Expected): Finding[] {
    const { codes = [], isAnyClientError = false } = expected
    if (codes.length === 0 || (isAnyClientError && status < 500)) return []
    const wires = codes.filter((each) => each !== OK).map((each) => this.wireOf(each))
    if (wires.some((wire) => wire.code === code && wire.status === status)) return []
    const isStatus = wires.some((wire) => wire.code === code)
    return [
      finding(isStatus ? 'status' : 'code', `It is ${status} ${code}, and should be ${this.#told(expected)}`),
    ]
  }

  #compareText(error: ApiError, { field, isPlain = false }: Expected): Finding[] {
    const findings: Finding[] = []
    const named = error.field ?? formatPath(error.issues?.[0]?.path)
    if (field !== undefined && this.#namesFields && named !== field)
      findings.push(finding('field', `The field at fault is ${named ?? 'not named'}, and should be ${field}`))
    const { message } = this.envelope.lookup(error)
    if (isPlain && message !== undefined && error.message !== message)
      findings.push(
        finding(
          'message',
          `The message is ${JSON.stringify(error.message)}, and should be ${JSON.stringify(message)}`,
        ),
      )
    return findings
  }

  /** What a code is called in an event, where the status does not tell it from others. */
  #eventCode(code: string): string {
    const type = this.#catalog.get(code)
    const error = type && this.parse(dataOf(this.envelope.errorEvent(sampleOf(type))))
    return (error === undefined ? this.wireOf(code) : this.#wire(error)).code
  }

  #wire(error: ApiError): Wire {
    const { code, status } = this.envelope.lookup(error)
    return { code, status }
  }

  /** What should be, in words. */
  #told({ codes = [], isAnyClientError }: Expected): string {
    const wires = codes.map((code) => {
      if (code === OK) return 'no failure'
      const wire = this.wireOf(code)
      return `${wire.status} ${wire.code}`
    })
    if (isAnyClientError === true) wires.push('any 4xx')
    return [...new Set(wires)].join(' or ') || 'a failure'
  }
}

const phrases = new Map(
  Object.entries(STATUS_CODES).map(([status, phrase]) => [phrase!.toLowerCase(), status]),
)

/** Phrases may be one's own, or left out; that of another status misleads. */
function reasonOf({ status, statusLine }: RawResponse): Finding[] {
  const phrase = statusLine.split(' ').slice(2).join(' ')
  const other = phrases.get(phrase.toLowerCase())
  return other === undefined || other === String(status)
    ? []
    : [
        {
          rule: 'reason',
          message: `The reason phrase of ${status} is “${phrase}”, which is that of ${other}`,
        },
      ]
}

function finding(rule: RuleName, message: string): Finding {
  return { rule, message }
}

function differing(what: 'body' | 'event', { at, is, should }: Difference): Finding {
  return finding('body', `The ${what} has ${is} at ${at}, and should have ${should}`)
}
