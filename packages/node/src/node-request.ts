import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ApiRequest } from '@faultline/core'
import { http } from './http-module.ts'

/** The response as far as a request description needs it: Node's own, or a framework's reply. */
type ResponseState = Pick<ServerResponse, 'getHeader' | 'statusCode'> & { readonly headersSent?: boolean }

/** The properties of a request that the responder reads. A message that did not arrive over HTTP has none. */
export type MessageLike = Partial<Pick<IncomingMessage, 'headers' | 'method' | 'url'>>

/** Facts of an exchange that only the adapter knows. */
export interface ExchangeFacts {
  /** The status from 400 to 499 that the handler had set explicitly. */
  readonly presetStatus?: number | undefined
  /** Returns the methods that the path supports. */
  readonly allowedMethods?: (() => readonly string[]) | undefined
}

/** Node's request and response as the responder reads them. */
export class NodeRequest<Raw = IncomingMessage> implements ApiRequest<Raw> {
  readonly raw: Raw
  readonly #message: MessageLike
  readonly #response: ResponseState | undefined
  readonly #facts: ExchangeFacts | undefined
  readonly exchange: object | undefined
  readonly presetStatus: number | undefined
  id?: string
  sentStatus?: number
  foreign?: boolean
  unexpected?: boolean

  /**
   * @param response The object that has the response headers.
   * @param raw The framework's request, which hooks receive. @default message
   */
  constructor(message: MessageLike, response?: ResponseState, raw?: Raw, facts?: ExchangeFacts) {
    this.raw = raw ?? (message as Raw)
    // A message that did not arrive over HTTP, such as the client of a WebSocket, is not an exchange.
    this.exchange = response !== undefined || message instanceof http.IncomingMessage ? message : undefined
    this.presetStatus = facts?.presetStatus
    this.#facts = facts
    this.#message = message
    this.#response = response
    if (response?.headersSent === true) this.sentStatus = response.statusCode
  }

  get method(): string {
    return this.#message.method ?? 'GET'
  }

  /** The request target. Frameworks that mount apps keep the complete target in `originalUrl`. */
  get url(): string {
    const { raw } = this
    const isMountable = typeof raw === 'object' && raw !== null && 'originalUrl' in raw
    return isMountable && typeof raw.originalUrl === 'string' ? raw.originalUrl : (this.#message.url ?? '/')
  }

  header(name: string): string | undefined {
    const value = this.#message.headers?.[name]
    return typeof value === 'string' ? value : value?.[0]
  }

  responseHeader(name: string): string | undefined {
    const value = this.#response?.getHeader(name)
    return value === undefined ? undefined : String(value)
  }

  allowedMethods(): readonly string[] {
    return this.#facts?.allowedMethods?.() ?? []
  }
}
