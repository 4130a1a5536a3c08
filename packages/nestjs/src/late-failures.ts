import { parseEvents, type Responder } from '@faultline/core'
import { NodeRequest } from '@faultline/node'
import { sendErrorRaw, type PlatformRequest, type PlatformResponse } from '@faultline/node/platforms'
import { StreamableFile, type MessageEvent, type NestInterceptor } from '@nestjs/common'
import { Reflector } from '@nestjs/core'
import { catchError, from, tap, throwError } from 'rxjs'

const reflector = new Reflector()

/** The text of the handler that a file has unless the user gives it one. */
const OWN_HANDLER = String(new StreamableFile(new Uint8Array()).errorHandler)

/** An interceptor for what Nest answers without filters: event streams that fail after their head, and files. */
export function lateFailures(responder: Responder): NestInterceptor {
  return {
    intercept(context, next) {
      const [request, reply] = context.getArgs<[PlatformRequest, PlatformResponse]>()
      if (reflector.get<unknown>('__sse__', context.getHandler()) === true) {
        const inFrames = (thrown: unknown) => {
          const { raw: response = reply } = reply
          const node = new NodeRequest(request.raw ?? request, response, request)
          return response.headersSent
            ? from(toMessageEvents(responder.errorEvent(thrown, node)))
            : throwError(() => thrown)
        }
        return next.handle().pipe(catchError(inFrames))
      }
      const answerFor = (file: unknown): void => {
        if (file instanceof StreamableFile && String(file.errorHandler) === OWN_HANDLER)
          file.setErrorHandler((error) => sendErrorRaw(responder, error, request, reply))
      }
      return next.handle().pipe(tap(answerFor))
    },
  }
}

/** Parses an error event to the form in which Nest's `@Sse` handlers emit events. */
function toMessageEvents(errorEvent: string): MessageEvent[] {
  return parseEvents(errorEvent).map(({ event, data }) =>
    event === 'message' ? { data } : { type: event, data },
  )
}
