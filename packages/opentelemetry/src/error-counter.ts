import type { ApiError, ApiRequest } from '@faultline/core'
import { metrics, type Attributes, type Counter, type Meter, type MeterProvider } from '@opentelemetry/api'
import { OTHER } from './error-type.ts'

/** The methods that the semantic conventions list. */
const METHODS = new Set(['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE'])

/** Maximum number of distinct origins. Some are taken from the responses of other services. */
const MAX_ORIGINS = 64

/** Maximum length of an origin. */
const MAX_ORIGIN_LENGTH = 64

/** The metric `faultline.errors`. Every attribute has a limited number of values. */
export class ErrorCounter {
  readonly #origins = new Set<string>()
  readonly #meter: Meter | undefined
  #provider: MeterProvider | undefined
  #counter: Counter | undefined

  /** @param meter The meter that counts. @default a meter of the global provider */
  constructor(meter: Meter | undefined) {
    this.#meter = meter
  }

  count(type: string, { origin }: ApiError, { method, sentStatus }: ApiRequest): void {
    const attributes: Attributes = {
      'error.type': type,
      'http.request.method': METHODS.has(method) ? method : OTHER,
    }
    if (sentStatus !== undefined) attributes['http.response.status_code'] = sentStatus
    if (origin !== undefined) attributes['faultline.origin'] = this.#limitOrigin(origin)
    this.#getCounter().add(1, attributes)
  }

  /** An SDK may be registered after the server was created. A counter created before that does not count. */
  #getCounter(): Counter {
    const provider = metrics.getMeterProvider()
    if (this.#counter === undefined || (this.#meter === undefined && provider !== this.#provider)) {
      const meter = this.#meter ?? provider.getMeter('@faultline/opentelemetry')
      const description = 'Errors that were sent as a response or truncated a response.'
      this.#counter = meter.createCounter('faultline.errors', { description, unit: '{error}' })
      this.#provider = provider
    }
    return this.#counter
  }

  #limitOrigin(origin: string): string {
    if (this.#origins.size < MAX_ORIGINS && origin.length <= MAX_ORIGIN_LENGTH) this.#origins.add(origin)
    return this.#origins.has(origin) ? origin : OTHER
  }
}
