import {
  Conflict,
  EndpointNotFound,
  resolveEnvelope,
  InvalidRequest,
  logTo,
  MalformedBody,
  ModelNotFound,
  PromptViolation,
  UnsupportedMediaType,
  UnsupportedModel,
  type Envelope,
  type ResponderOptions,
} from '@faultline/core'
import { models } from '@faultline/app-upstream'
import { recordErrors } from '@faultline/opentelemetry'
import type { DestinationStream, Logger } from 'pino'
import { validateChat, validateImage } from './chat.ts'
import { Circuits } from './circuits.ts'
import type { Config } from './config.ts'
import { storeFile, type StoredFile, type UploadedFile } from './files.ts'
import { authorize, type Caller } from './keys.ts'
import { createOpenApiDocument } from './openapi.ts'
import { Limits } from './limits.ts'
import { createLogger } from './logger.ts'
import type { StreamEvent } from './stream-events.ts'
import { throwByCode, type ErrorQuery } from './throw-by-code.ts'
import { throwKind } from './throw-kind.ts'
import { isUpstreamFailure, UpstreamClient } from './upstream-client.ts'

/** Paths whose prefix selects the envelope. */
const COMPATIBLE_PATH = /^\/compat\/([^/?]+)\/v1(?:[/?]|$)/
const MAX_RESOURCES = 10_000
/** Content encodings that all the example apps can decode. */
const ENCODINGS: ReadonlySet<string> = new Set(['identity', 'gzip', 'deflate', 'br'])
const available = Object.keys(models)

/** The result of admitting a request. */
export interface Admission {
  /** Rate-limit headers for the response, successful or not. */
  readonly headers: Readonly<Record<string, string>>
  /** Call it when the response has ended or the client has disconnected. */
  readonly release: () => void
}

/** The demo API without a framework. Its methods throw typed errors. */
export class Gateway {
  readonly logger: Logger
  readonly #config: Config
  readonly #limits: Limits
  readonly #upstream: UpstreamClient
  readonly #circuits = new Circuits(isUpstreamFailure)
  readonly #resources = new Set<string>()
  #document: object | undefined

  /** @param log Destination of log lines. @default standard error */
  constructor(config: Config, upstreamUrl: string, log?: DestinationStream) {
    this.#config = config
    this.logger = createLogger(config.logLevel, log)
    this.#limits = new Limits(config.redisUrl, (err) =>
      this.logger.error({ err }, 'Redis failed; limits are kept in memory'),
    )
    this.#upstream = new UpstreamClient(upstreamUrl)
  }

  /** Options for the adapter. */
  get faultline(): ResponderOptions {
    return {
      envelope: ({ url }) => this.#selectEnvelope(url),
      onError: [logTo(() => this.logger), recordErrors()],
      serviceName: 'gateway',
    }
  }

  /**
   * Checks a path before routing.
   *
   * @throws InvalidRequest for invalid percent-encoding
   * @throws EndpointNotFound for `/compat/ID/v1` with an unknown envelope id
   */
  checkPath(path: string): void {
    try {
      decodeURIComponent(path)
    } catch (cause) {
      throw new InvalidRequest({ message: 'The request URL is not valid percent-encoding', cause })
    }
    const [, id] = COMPATIBLE_PATH.exec(path) ?? []
    if (id !== undefined && findEnvelope(id) === undefined) throw new EndpointNotFound()
  }

  health(framework: string): object {
    return { status: 'ok', framework, envelope: this.#config.envelope }
  }

  /** Returns the OpenAPI document of the API, in the app's envelope. */
  openapi(): object {
    return (this.#document ??= createOpenApiDocument(resolveEnvelope(this.#config.envelope)))
  }

  /** Checks the key and its limits: suspension, permission, quota, rate and concurrency, in this order. */
  async admit(caller: Caller): Promise<Admission> {
    const key = authorize(caller)
    const headers = await this.#limits.count(key)
    return { headers, release: this.#limits.enter(key) }
  }

  listModels(): object {
    return { object: 'list', data: available.map((id) => ({ id, object: 'model' })) }
  }

  getModel(id: string): object {
    if (!available.includes(id)) throw new ModelNotFound({ model: id, available })
    return { id, object: 'model' }
  }

  /**
   * Creates a chat completion.
   *
   * @param signal Aborts when the client has disconnected.
   * @returns The completion, or its events if the request has `stream: true`. `isStream` distinguishes them.
   */
  async createChat(body: unknown, signal: AbortSignal): Promise<object | AsyncIterable<string>> {
    const request = validateChat(body)
    const { model, stream } = request
    if (!available.includes(model)) throw new UnsupportedModel({ model, available })
    const method = stream === true ? 'stream' : 'post'
    return this.#circuits.call<object | AsyncIterable<string>>(model, () =>
      this.#upstream[method]('/v1/chat/completions', model, request, signal),
    )
  }

  /** Creates an image. @param signal Aborts when the client has disconnected. */
  async createImage(body: unknown, signal: AbortSignal): Promise<object> {
    const request = validateImage(body)
    if (/\bforbidden\b/i.test(request.prompt)) throw new PromptViolation()
    const response = await this.#circuits.call('images', () =>
      this.#upstream.post('/v1/images/generations', 'images', request, signal),
    )
    return { data: (response as { data?: unknown }).data }
  }

  storeFile(files: readonly UploadedFile[]): StoredFile {
    return storeFile(files)
  }

  /** Creates a resource. @throws Conflict if it exists */
  createResource(id: string): object {
    if (this.#resources.has(id)) throw new Conflict()
    // Remove the oldest one, so that memory does not grow without limit.
    const [oldest] = this.#resources
    if (this.#resources.size >= MAX_RESOURCES && oldest !== undefined) this.#resources.delete(oldest)
    this.#resources.add(id)
    return { id, object: 'resource' }
  }

  /** Throws the error of a code, or returns a stream that fails with it after two events. */
  throwByCode(code: string, query: ErrorQuery, url: string): AsyncIterable<StreamEvent> {
    return throwByCode(code, query, this.#selectEnvelope(url).id)
  }

  /** Throws a value that is not a typed error. */
  throwKind(kind: string): Promise<never> {
    return throwKind(kind)
  }

  /**
   * Checks Content-Type and Content-Encoding before the body is read.
   *
   * @throws UnsupportedMediaType
   */
  checkMediaType(
    contentType: string | undefined,
    expected: 'json' | 'multipart',
    contentEncoding = 'identity',
  ): void {
    const [type = '', ...parameters] = (contentType ?? '')
      .toLowerCase()
      .split(';')
      .map((part) => part.trim())
    const isExpected =
      expected === 'json' ? /^application\/(?:[\w.-]+\+)?json$/.test(type) : type === 'multipart/form-data'
    const charset = parameters
      .find((parameter) => parameter.startsWith('charset='))
      ?.replaceAll(/^charset=|"/g, '')
    const isUtf8 =
      expected === 'multipart' || charset === undefined || charset === 'utf-8' || charset === 'utf8'
    if (!isExpected || !isUtf8) throw new UnsupportedMediaType()
    if (!ENCODINGS.has(contentEncoding.toLowerCase()))
      throw new UnsupportedMediaType({
        message: 'The content encoding of the request body is not supported',
      })
  }

  /** Rejects an empty JSON body, which some parsers would accept. @throws MalformedBody */
  rejectEmptyBody(bytes: number): void {
    if (bytes === 0) throw new MalformedBody({ message: 'The request body is not valid JSON' })
  }

  close(): void {
    this.#limits.close()
  }

  #selectEnvelope(url: string): Envelope {
    const [, id] = COMPATIBLE_PATH.exec(url) ?? []
    return (id === undefined ? undefined : findEnvelope(id)) ?? resolveEnvelope(this.#config.envelope)
  }
}

/** Returns undefined for an unknown id, and for one that is not valid percent-encoding. */
function findEnvelope(id: string): Envelope | undefined {
  try {
    return resolveEnvelope(decodeURIComponent(id))
  } catch {
    return undefined
  }
}

/** Returns whether a result must be sent as a stream. */
export function isStream<Chunk>(result: object | AsyncIterable<Chunk>): result is AsyncIterable<Chunk> {
  return Symbol.asyncIterator in result
}
