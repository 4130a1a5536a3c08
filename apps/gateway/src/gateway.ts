import { logTo, resolveEnvelope, type Envelope, type ResponderOptions } from '@faultline/core'
import { models } from '@faultline/app-upstream'
import { recordErrors } from '@faultline/opentelemetry'
import type { DestinationStream, Logger } from 'pino'
import { Circuits } from './circuits.ts'
import type { Config } from './config.ts'
import { acme } from './acme.ts'
import { errors, errorsByField } from './errors.ts'
import { Limits } from './limits.ts'
import { createLogger } from './logger.ts'
import { createOpenApiDocument } from './openapi.ts'
import type { ChatRequest, ImageRequest } from './requests.ts'
import type { StreamEvent } from './stream-events.ts'
import { throwByCode, type ErrorQuery } from './throw-by-code.ts'
import { throwKind } from './throw-kind.ts'
import { isUpstreamFailure, UpstreamClient } from './upstream-client.ts'

/** Paths whose prefix selects the envelope. */
const COMPATIBLE_PATH = /^\/compat\/([^/?]+)\/v1(?:[/?]|$)/
const MAX_RESOURCES = 10_000

/** The domain of the demo API: what the example apps share, without a framework. */
export class Gateway {
  /** The ids of all models. */
  readonly models: readonly string[] = Object.keys(models)
  readonly limits: Limits
  readonly logger: Logger
  readonly #config: Config
  readonly #upstream: UpstreamClient
  readonly #circuits = new Circuits(isUpstreamFailure)
  readonly #resources = new Set<string>()
  #storedFiles = 0
  #document: object | undefined

  /** @param log Destination of log lines. @default standard error */
  constructor(config: Config, upstreamUrl: string, log?: DestinationStream) {
    this.#config = config
    this.logger = createLogger(config.logLevel, log)
    this.limits = new Limits(config.redisUrl, (err) =>
      this.logger.error({ err }, 'Redis failed; limits are kept in memory'),
    )
    this.#upstream = new UpstreamClient(upstreamUrl)
  }

  /** Options for the adapter. */
  get faultline(): ResponderOptions {
    return {
      envelope: ({ url }) => this.selectEnvelope(url) ?? resolveEnvelope(this.#config.envelope),
      errorsByField,
      errorClasses: Object.values(errors),
      onError: [logTo(() => this.logger), recordErrors()],
      serviceName: 'gateway',
    }
  }

  /**
   * Returns the envelope of a URL: that of `/compat/ID/v1`, else the app's.
   *
   * @returns Undefined for an unknown id, also for one that is not valid percent-encoding.
   */
  selectEnvelope(url: string): Envelope | undefined {
    const [, id] = COMPATIBLE_PATH.exec(url) ?? []
    return id === undefined ? resolveEnvelope(this.#config.envelope) : findEnvelope(id)
  }

  health(framework: string): object {
    return { status: 'ok', framework, envelope: this.#config.envelope }
  }

  /** Returns the OpenAPI document of the API, in the app's envelope. */
  openapi(): object {
    return (this.#document ??= createOpenApiDocument(resolveEnvelope(this.#config.envelope)))
  }

  /** Returns a chat completion. @param signal Aborts when the client has disconnected. */
  createChat(chat: ChatRequest, signal: AbortSignal): Promise<object> {
    return this.#circuits.call(chat.model, () =>
      this.#upstream.post('/v1/chat/completions', chat.model, chat, signal),
    )
  }

  /** Returns the events of a chat completion. @param signal Aborts when the client has disconnected. */
  streamChat(chat: ChatRequest, signal: AbortSignal): Promise<AsyncIterable<string>> {
    return this.#circuits.call(chat.model, () =>
      this.#upstream.stream('/v1/chat/completions', chat.model, chat, signal),
    )
  }

  /** Returns an image. @param signal Aborts when the client has disconnected. */
  async createImage(image: ImageRequest, signal: AbortSignal): Promise<object> {
    const response = await this.#circuits.call('images', () =>
      this.#upstream.post('/v1/images/generations', 'images', image, signal),
    )
    return { data: (response as { data?: unknown }).data }
  }

  storeFile(filename: string, bytes: number): object {
    return { id: `file-${++this.#storedFiles}`, bytes, filename }
  }

  /** Adds a resource. Returns false if it exists. */
  addResource(id: string): boolean {
    if (this.#resources.has(id)) return false
    // Remove the oldest one, so that memory does not grow without limit.
    const [oldest] = this.#resources
    if (this.#resources.size >= MAX_RESOURCES && oldest !== undefined) this.#resources.delete(oldest)
    this.#resources.add(id)
    return true
  }

  /** Throws the error of a code, or returns a stream that fails with it after two events. */
  throwByCode(code: string, query: ErrorQuery, url: string): AsyncIterable<StreamEvent> {
    return throwByCode(code, query, this.selectEnvelope(url)?.id ?? '')
  }

  /** Throws a value that is not a typed error. */
  throwKind(kind: string): Promise<never> {
    return throwKind(kind)
  }

  close(): void {
    this.limits.close()
  }
}

/** Returns undefined for an unknown id, and for one that is not valid percent-encoding. */
function findEnvelope(id: string): Envelope | undefined {
  if (id === acme.id) return acme
  try {
    return resolveEnvelope(decodeURIComponent(id))
  } catch {
    return undefined
  }
}

/** Returns whether a path is valid percent-encoding. */
export function isValidPath(path: string): boolean {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}
