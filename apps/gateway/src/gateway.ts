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
  type EnvelopeId,
  type ResponderOptions,
} from '@faultline/core'
import { models } from '@faultline/app-upstream'
import { recordErrors } from '@faultline/opentelemetry'
import type { DestinationStream, Logger } from 'pino'
import { validateChat, validateImage } from './chat.ts'
import { Circuits } from './circuits.ts'
import type { Config } from './config.ts'
import { storeFile, type StoredFile, type UploadedFile } from './files.ts'
import { judgeKey, type Caller } from './keys.ts'
import { documentOf } from './openapi.ts'
import { Limits } from './limits.ts'
import { createLogger } from './logger.ts'
import type { StreamEvent } from './stream-events.ts'
import { throwByCode, type ErrorQuery } from './throw-by-code.ts'
import { throwKind } from './throw-kind.ts'
import { isUpstreamFailure, UpstreamClient } from './upstream-client.ts'

/** The surface that answers in an envelope of its own. */
const COMPATIBLE = /^\/compat\/([^/?]+)\/v1(?:[/?]|$)/
const MOST_RESOURCES = 10_000
/** What every framework can unpack. */
const ENCODINGS: ReadonlySet<string> = new Set(['identity', 'gzip', 'deflate', 'br'])
const available = Object.keys(models)

/** A request that may go on. */
export interface Admission {
  /** What its answer tells of the key's limits, a failure's too. */
  readonly headers: Readonly<Record<string, string>>
  /** To be called when the answer has ended, or the client has left. */
  readonly release: () => void
}

/** The demo API without a framework. What it can't do, it throws as a typed error. */
export class Gateway {
  readonly logger: Logger
  readonly #config: Config
  readonly #limits: Limits
  readonly #upstream: UpstreamClient
  readonly #circuits = new Circuits(isUpstreamFailure)
  readonly #resources = new Set<string>()
  #document: object | undefined

  /** @param log Where log lines go. @default standard error */
  constructor(config: Config, upstreamUrl: string, log?: DestinationStream) {
    this.#config = config
    this.logger = createLogger(config.logLevel, log)
    this.#limits = new Limits(config.redisUrl, (err) => this.logger.error({ err }, 'Redis failed'))
    this.#upstream = new UpstreamClient(upstreamUrl)
  }

  /** The options of every adapter. */
  get faultline(): ResponderOptions {
    return {
      envelope: ({ url }) => this.#envelopeOf(url),
      onError: [logTo(() => this.logger), recordErrors()],
      serviceName: 'gateway',
    }
  }

  /** Judges a path before it is routed: its percent-encoding, and the envelope of `/compat/ID/v1`. */
  judgePath(path: string): void {
    try {
      decodeURIComponent(path)
    } catch (cause) {
      throw new InvalidRequest({ message: 'The request URL is not valid percent-encoding', cause })
    }
    const [, id] = COMPATIBLE.exec(path) ?? []
    if (id !== undefined && compatible(id) === undefined) throw new EndpointNotFound()
  }

  health(framework: string): object {
    return { status: 'ok', framework, envelope: this.#config.envelope }
  }

  /** The OpenAPI document of the API, in the app's envelope. */
  openapi(): object {
    return (this.#document ??= documentOf(resolveEnvelope(this.#config.envelope)))
  }

  /** Judges who asks: key, suspension, permission, quota, rate and concurrency. */
  async admit(caller: Caller): Promise<Admission> {
    const key = judgeKey(caller)
    const headers = await this.#limits.count(key)
    return { headers, release: this.#limits.enter(key) }
  }

  listModels(): object {
    return { object: 'list', data: available.map((id) => ({ id, object: 'model' })) }
  }

  model(id: string): object {
    if (!available.includes(id)) throw new ModelNotFound({ model: id, available })
    return { id, object: 'model' }
  }

  /**
   * Completes a chat.
   *
   * @param signal Aborts when the client has left.
   * @returns The completion, or its events where it is to be streamed: `isStream` tells.
   */
  async chat(body: unknown, signal: AbortSignal): Promise<object | AsyncIterable<string>> {
    const request = validateChat(body)
    const { model, stream } = request
    if (!available.includes(model)) throw new UnsupportedModel({ model, available })
    const call = stream === true ? 'stream' : 'post'
    return this.#circuits.call<object | AsyncIterable<string>>(model, () =>
      this.#upstream[call]('/v1/chat/completions', model, request, signal),
    )
  }

  /** Makes an image. @param signal Aborts when the client has left. */
  async image(body: unknown, signal: AbortSignal): Promise<object> {
    const request = validateImage(body)
    if (/\bforbidden\b/i.test(request.prompt)) throw new PromptViolation()
    const answer = await this.#circuits.call('images', () =>
      this.#upstream.post('/v1/images/generations', 'images', request, signal),
    )
    return { data: (answer as { data?: unknown }).data }
  }

  storeFile(files: readonly UploadedFile[]): StoredFile {
    return storeFile(files)
  }

  /** Makes a resource, once. */
  createResource(id: string): object {
    if (this.#resources.has(id)) throw new Conflict()
    // The oldest goes: a demo's memory is not to grow for ever.
    if (this.#resources.size >= MOST_RESOURCES) this.#resources.delete(this.#resources.values().next().value!)
    this.#resources.add(id)
    return { id, object: 'resource' }
  }

  /** Throws the error of a code, or gives a stream that fails with it after two events of the surface. */
  throwByCode(code: string, query: ErrorQuery, url: string): AsyncIterable<StreamEvent> {
    const envelope = this.#envelopeOf(url)
    return throwByCode(code, query, (typeof envelope === 'string' ? resolveEnvelope(envelope) : envelope).id)
  }

  throwKind(kind: string): Promise<never> {
    return throwKind(kind)
  }

  /** Judges the media type of a body that is to be read, JSON or an upload, and how it is packed. */
  judgeMediaType(
    contentType: string | undefined,
    wanted: 'json' | 'multipart',
    contentEncoding = 'identity',
  ): void {
    const [type = '', ...parameters] = (contentType ?? '')
      .toLowerCase()
      .split(';')
      .map((part) => part.trim())
    const isWanted =
      wanted === 'json' ? /^application\/(?:[\w.-]+\+)?json$/.test(type) : type === 'multipart/form-data'
    const charset = parameters
      .find((parameter) => parameter.startsWith('charset='))
      ?.replaceAll(/^charset=|"/g, '')
    const isReadable =
      wanted === 'multipart' || charset === undefined || charset === 'utf-8' || charset === 'utf8'
    if (!isWanted || !isReadable) throw new UnsupportedMediaType()
    if (!ENCODINGS.has(contentEncoding.toLowerCase()))
      throw new UnsupportedMediaType({
        message: 'The content encoding of the request body is not supported',
      })
  }

  /** Judges a JSON body before it is parsed: an empty one is no JSON. */
  judgeJson(bytes: number): void {
    if (bytes === 0) throw new MalformedBody({ message: 'The request body is not valid JSON' })
  }

  close(): void {
    this.#limits.close()
  }

  #envelopeOf(url: string): EnvelopeId | Envelope {
    const [, id] = COMPATIBLE.exec(url) ?? []
    return (id === undefined ? undefined : compatible(id)) ?? this.#config.envelope
  }
}

function compatible(id: string): Envelope | undefined {
  try {
    return resolveEnvelope(decodeURIComponent(id))
  } catch {
    return undefined
  }
}

/** Whether an answer is to be streamed. */
export function isStream<Chunk>(answer: object | AsyncIterable<Chunk>): answer is AsyncIterable<Chunk> {
  return Symbol.asyncIterator in answer
}
