import { createResponder, logTo, type Responder, type ResponderOrOptions } from '@faultline/core'
import { NodeRequest } from '@faultline/node'
import { sendErrorRaw, type PlatformRequest, type PlatformResponse } from '@faultline/node/platforms'
import { Catch, Inject, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common'
import { throwError } from 'rxjs'

/** The options of every Faultline adapter; requests are the platform's own. */
export type FaultlineOptions = ResponderOrOptions

/** What the responder of an app is provided by. */
export const RESPONDER = Symbol('faultline')

/** What was thrown, where Nest makes something else of it before it asks filters. */
export const originalErrors = new WeakMap<object, { readonly thrown: unknown }>()

/** A client of ws has a state; one of socket.io has none. */
type Client = { readyState?: number } & Record<'emit' | 'send', (...given: unknown[]) => unknown>

const logger = new Logger('Faultline')
const log = logTo(() => ({
  error: (about, message) => logger.error({ message, ...about }),
  info: (about, message) => logger.debug({ message, ...about }),
}))

/** Makes the responder of options; without `onError`, Nest's own logger hears of failures. */
export function responderOf(options: FaultlineOptions): Responder {
  return createResponder(options, log)
}

/**
 * The filter alone: answers what reaches filters. `FaultlineModule` installs it with the platform's last exit, which
 * answers the rest. In GraphQL, WebSocket and RPC contexts the envelope's body is what the client gets as the error.
 */
export class FaultlineExceptionFilter implements ExceptionFilter {
  readonly #responder: Responder

  constructor(options: FaultlineOptions) {
    this.#responder = responderOf(options)
  }

  catch(exception: unknown, host: ArgumentsHost): unknown {
    const type: string = host.getType()
    const [first, second, third] =
      host.getArgs<[PlatformRequest & Client, PlatformResponse, { req?: PlatformRequest }?]>()
    if (type === 'http') {
      const { thrown } = originalErrors.get(first.raw ?? first) ?? { thrown: exception }
      return sendErrorRaw(this.#responder, thrown, first, second)
    }
    const request = (type === 'graphql' ? third?.req : first) ?? ({} as PlatformRequest)
    const { status, body, error } = this.#responder.respond(exception, new NodeRequest(request))
    const data: unknown = JSON.parse(body)
    if (type === 'rpc') return throwError(() => data)
    if (type === 'ws' && first.readyState === undefined) return first.emit('exception', data)
    if (type === 'ws') return first.send(JSON.stringify({ event: 'exception', data }))
    // GraphQL takes an Error that a resolver returns for a thrown one, and sends its extensions, and Apollo its stack.
    const extensions = { code: error.code, status, body: data }
    return Object.assign(new Error(error.publicMessage), { extensions, stack: error.publicMessage })
  }
}

Catch()(FaultlineExceptionFilter)
Inject(RESPONDER)(FaultlineExceptionFilter, undefined, 0)
