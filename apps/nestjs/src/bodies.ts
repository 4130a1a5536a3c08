import type { IncomingMessage, ServerResponse } from 'node:http'
import { MAX_BODY_BYTES, type Gateway } from '@faultline/app-gateway'
import {
  Inject,
  mixin,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  type Type,
} from '@nestjs/common'
import express from 'express'
import multer, { memoryStorage } from 'multer'
import type { Observable } from 'rxjs'
import { GATEWAY, getExchange } from './exchange.ts'

type Reader = (request: IncomingMessage, response: ServerResponse, done: (error?: unknown) => void) => void

/**
 * Creates an interceptor that parses a body after the guards have run. It reads Node's request, which is the same on
 * both platforms.
 */
function createBodyInterceptor(
  type: 'json' | 'multipart',
  createReader: (gateway: Gateway) => Reader,
): Type<NestInterceptor> {
  class BodyInterceptor implements NestInterceptor {
    readonly #gateway: Gateway
    readonly #read: Reader

    constructor(gateway: Gateway) {
      this.#gateway = gateway
      this.#read = createReader(gateway)
    }

    async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
      const { request, message, response } = getExchange(context)
      const { 'content-type': contentType, 'content-encoding': encoding } = message.headers
      this.#gateway.checkMediaType(contentType, type, encoding)
      await new Promise<void>((resolve, reject) => {
        this.#read(message, response, (error) => (error ? reject(error) : resolve()))
      })
      Object.assign(request, {
        body: (message as { body?: unknown }).body,
        files: (message as { files?: unknown }).files,
      })
      return next.handle()
    }
  }
  Inject(GATEWAY)(BodyInterceptor, undefined, 0)
  return mixin(BodyInterceptor)
}

/** Parses a JSON body. */
export const JsonBody = createBodyInterceptor(
  'json',
  (gateway) =>
    express.json({
      limit: MAX_BODY_BYTES,
      strict: false,
      type: () => true,
      verify: (_request, _response, body) => gateway.rejectEmptyBody(body.length),
    }) as Reader,
)

/** Parses a multipart body with one file. */
export const Upload = createBodyInterceptor(
  'multipart',
  () =>
    multer({
      storage: memoryStorage(),
      limits: { fileSize: MAX_BODY_BYTES, files: 1 },
    }).any() as unknown as Reader,
)
