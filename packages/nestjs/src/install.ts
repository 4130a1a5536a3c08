import { createRoutingError, createSplitter, type Responder } from '@faultline/core'
import {
  attachOnce,
  endEventsWithError,
  installOnHttpPlatform,
  markOnce,
  sendErrorRaw,
  toPlatformExchange,
  type PlatformExchange,
  type PlatformRequest,
  type PlatformResponse,
} from '@faultline/node/platforms'
import { StreamableFile } from '@nestjs/common'
import createRouter from 'find-my-way'
import { setAppResponder, setOriginalError } from './filter.ts'
import {
  hasDefaultErrorHandler,
  onHttpServer,
  replaceFiles,
  wrapRegisteredHandlers,
  type ErrorHandler,
  type HttpAdapter,
  type NotFoundHandler,
} from './internals.ts'

/**
 * Installs a responder on the platform of a Nest app: on its final handler, and around the handlers that Nest registers
 * for errors and for requests without a route. These call Nest's filters, the app's own ones first.
 *
 * @param hasOtherFilters Returns whether filters of the app may answer a request without a route.
 * @throws TypeError if the app has a responder already.
 */
export function installOnAdapter(
  adapter: HttpAdapter,
  responder: Responder,
  hasOtherFilters: () => boolean,
): void {
  if (!markOnce(adapter, 'installed'))
    throw new TypeError('FaultlineModule: already imported in this app; import it once, in the root module')
  // In Nest 12, Express answers requests outside a global prefix.
  const allowedMethods = installOnHttpPlatform(adapter.getInstance(), responder, createRouter)
  setAppResponder(adapter.getInstance(), responder)
  onHttpServer(adapter, (server) => attachOnce(server, responder))
  replaceFiles(adapter, (file, response) => handleFileErrors(responder, file, response))
  const wrapError = (handler: ErrorHandler) => wrapErrorHandler(responder, handler)
  const wrapNotFound = (handler: NotFoundHandler) =>
    wrapNotFoundHandler(responder, allowedMethods, hasOtherFilters, handler)
  wrapRegisteredHandlers(adapter, wrapError, wrapNotFound)
}

/**
 * Answers a file that fails, or ends its response. A file keeps the error handler that the app has set.
 *
 * @returns The file. On Express, an event stream is replaced by one of whole events; on Fastify, its hook does that.
 */
function handleFileErrors(responder: Responder, file: StreamableFile, response: PlatformResponse) {
  if (!hasDefaultErrorHandler(file, responder)) return file
  const exchange = toPlatformExchange('raw' in response ? response.request : response.req, response)
  const { length: _, ...options } = file.options
  const type = String(response.getHeader('content-type') ?? options.type)
  const splitter = 'raw' in response ? undefined : createSplitter(type)
  const handleError = (error: unknown): void => sendErrorRaw(responder, error, exchange)
  if (splitter === undefined) return file.setErrorHandler(handleError)
  const events = endEventsWithError(responder, file.getStream(), splitter, exchange)
  return new StreamableFile(events, options).setErrorLogger(file.errorLogger).setErrorHandler(handleError)
}

/** Express identifies error handlers by their four parameters. */
function wrapErrorHandler(responder: Responder, handler: ErrorHandler): ErrorHandler {
  return function faultlineErrorHandler(thrown, request, response, next) {
    const exchange = toPlatformExchange(request, response)
    return runHandler(responder, thrown, exchange, () => handler(thrown, request, response, next))
  }
}

type AllowedMethods = (request: PlatformRequest) => string[]

function wrapNotFoundHandler(
  responder: Responder,
  allowedMethods: AllowedMethods,
  hasOtherFilters: () => boolean,
  handler: NotFoundHandler,
) {
  return function faultlineNotFound(...[request, response, next]: Parameters<NotFoundHandler>) {
    const exchange = toPlatformExchange(request, response)
    const error = createRoutingError(exchange.message.method ?? 'GET', allowedMethods(request))
    if (!hasOtherFilters()) return sendErrorRaw(responder, error, exchange)
    return runHandler(responder, error, exchange, () => handler(request, response, next))
  }
}

/** Calls a handler of Nest, and sends the error of a filter that fails, which Fastify would send itself. */
async function runHandler(
  responder: Responder,
  thrown: unknown,
  exchange: PlatformExchange<PlatformRequest>,
  run: () => unknown,
): Promise<unknown> {
  setOriginalError(exchange.message, thrown)
  try {
    return await run()
  } catch (error) {
    return sendErrorRaw(responder, error, exchange)
  }
}
