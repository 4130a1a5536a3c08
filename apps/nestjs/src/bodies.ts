import type { IncomingMessage, ServerResponse } from 'node:http'
import { LARGEST_BODY, type Gateway } from '@faultline/app-gateway'
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
import { GATEWAY, rawOf } from './exchange.ts'

type Reader = (request: IncomingMessage, response: ServerResponse, done: (error?: unknown) => void) => void

/** Reads bodies after guards have judged who asks, from Node's own request: it is the same on both platforms. */
function reads(type: 'json' | 'multipart', readerOf: (gateway: Gateway) => Reader): Type<NestInterceptor> {
  class Bodies implements NestInterceptor {
    readonly #gateway: Gateway
    readonly #read: Reader

    constructor(gateway: Gateway) {
      this.#gateway = gateway
      this.#read = readerOf(gateway)
    }

    async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
      const { request, message, response } = rawOf(context)
      const { 'content-type': contentType, 'content-encoding': encoding } = message.headers
      this.#gateway.judgeMediaType(contentType, type, encoding)
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
  Inject(GATEWAY)(Bodies, undefined, 0)
  return mixin(Bodies)
}

/** Reads JSON of any JSON type. */
export const JsonBody = reads(
  'json',
  (gateway) =>
    express.json({
      limit: LARGEST_BODY,
      strict: false,
      type: () => true,
      verify: (_request, _response, body) => gateway.judgeJson(body.length),
    }) as Reader,
)

/** Reads the one file of an upload. */
export const Upload = reads(
  'multipart',
  () =>
    multer({
      storage: memoryStorage(),
      limits: { fileSize: LARGEST_BODY, files: 1 },
    }).any() as unknown as Reader,
)
