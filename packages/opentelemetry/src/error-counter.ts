import type { ApiError, ApiRequest } from '@faultline/core'
import { metrics, type Attributes, type Counter, type Meter, type MeterProvider } from '@opentelemetry/api'
import { OTHER } from './error-type.ts'

/** The methods that the conventions know. */
const METHODS = new Set(['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE'])

/** The most origins that are told apart: some are read off what others sent. */
const MOST_ORIGINS = 64

/** The metric `faultline.errors`. Every attribute has few values. */
export class ErrorCounter {
  readonly #origins = new Set<string>()
  readonly #meter: Meter | undefined
  #provider: MeterProvider | undefined
  #counter: Counter | undefined

  /** @param meter What counts. @default that of the global provider */
  constructor(meter: Meter | undefined) {
    this.#meter = meter
  }

  count(type: string, { origin }: ApiError, { method, sentStatus }: ApiRequest): void {
    const attributes: Attributes = {
      'error.type': type,
      'http.request.method': METHODS.has(method) ? method : OTHER,
    }
    if (sentStatus !== undefined) attributes['http.response.status_code'] = sentStatus
    if (origin !== undefined) attributes['faultline.origin'] = this.#known(origin)
    this.#current().add(1, attributes)
  }

  /** An SDK may be registered after the server was made, and a counter from before would never count. */
  #current(): Counter {
    const provider = metrics.getMeterProvider()
    if (this.#counter === undefined || (this.#meter === undefined && provider !== this.#provider)) {
      const meter = this.#meter ?? provider.getMeter('@faultline/opentelemetry')
      const description = 'Failures that requests were answered with, or that broke their answers off.'
      this.#counter = meter.createCounter('faultline.errors', { description, unit: '{error}' })
      this.#provider = provider
    }
    return this.#counter
  }

  #known(origin: string): string {
    if (this.#origins.size < MOST_ORIGINS && origin.length <= 64) this.#origins.add(origin)
    return this.#origins.has(origin) ? origin : OTHER
  }
}
