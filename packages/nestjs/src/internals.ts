// Every use of undocumented parts of NestJS. Each has a probe that reports to Nest's logger.
import type { Server } from 'node:http'
import { readItems } from '@faultline/core'
import { reportMissing, type PlatformRequest, type PlatformResponse } from '@faultline/node/platforms'
import {
  ConsoleLogger,
  Logger,
  Sse,
  StreamableFile,
  type CanActivate,
  type NestInterceptor,
} from '@nestjs/common'
import { MetadataScanner, Reflector, type ApplicationConfig, type ModuleRef } from '@nestjs/core'

/** The logger of this package. */
export const logger = new Logger('Faultline')

/**
 * Returns whether Nest writes lines of a level. `Logger.isLevelEnabled` of NestJS 11 returns false for every level if
 * none were set.
 */
export function isLogged(level: 'debug' | 'error'): boolean {
  if (!('staticInstanceRef' in Logger)) return true
  const instance: unknown = Reflect.get(Logger, 'staticInstanceRef')
  // `logger: false` removes the instance. A logger of the app has its own rules.
  return instance instanceof ConsoleLogger ? instance.isLevelEnabled(level) : instance !== undefined
}

function report(owner: object, part: string, lost: string): void {
  reportMissing(owner, `${part} of NestJS`, lost, (message) => logger.warn(message))
}

/**
 * Returns the configuration of the application. A filter that is added to it while modules are created is the last one
 * that Nest considers; the documented provider `APP_FILTER` would come before the application's own filters.
 *
 * @param owner The owner of the warning.
 */
export function findApplicationConfig(ref: ModuleRef, owner: object): ApplicationConfig | undefined {
  const config: Partial<ApplicationConfig> | undefined = ref['container']?.applicationConfig
  if (isApplicationConfig(config)) return config
  const lost =
    'Faultline answers before the global filters of the app, Nest answers files and event streams that fail, and @FaultlineOptions has no effect'
  report(owner, 'ModuleRef.container.applicationConfig', lost)
  return undefined
}

function isApplicationConfig(config: Partial<ApplicationConfig> | undefined): config is ApplicationConfig {
  return typeof config?.useGlobalFilters === 'function' && typeof config.getGlobalInterceptors === 'function'
}

const reflector = new Reflector()
const scanner = new MetadataScanner()

/** Returns the metadata that a decorator has set on a controller or a handler. */
export function readMetadata(key: string, target: Function): unknown {
  return reflector.get<unknown>(key, target)
}

/** Returns the controllers of the app, and the names of their methods. */
function* listHandlers(ref: ModuleRef): Generator<{ controller: Function; handler: Function }> {
  for (const { controllers } of ref['container'].getModules().values()) {
    for (const { metatype: controller } of controllers.values()) {
      if (typeof controller !== 'function') continue
      const prototype = controller.prototype as Record<string, Function>
      for (const name of scanner.getAllMethodNames(prototype)) {
        const handler = prototype[name]
        if (handler !== undefined) yield { controller, handler }
      }
    }
  }
}

const GUARDS_KEY = '__guards__'

/** Puts a guard before all other guards of the controllers that have a handler of a kind. */
export function addFirstGuard(
  ref: ModuleRef,
  config: ApplicationConfig,
  guard: CanActivate,
  needsGuard: (controller: Function, handler: Function) => boolean,
): void {
  const controllers = new Set<Function>()
  for (const { controller, handler } of listHandlers(ref))
    if (needsGuard(controller, handler)) controllers.add(controller)
  for (const controller of controllers) prepend(GUARDS_KEY, controller, guard)
  if (controllers.size === 0) return
  const getGlobalGuards = config.getGlobalGuards.bind(config)
  config.getGlobalGuards = () => {
    const guards = getGlobalGuards()
    return guards.length === 0 ? guards : [guard, ...guards]
  }
}

const SSE_KEY = '__sse__'

/** Returns whether a route handler has the decorator `@Sse()`. */
export function isSseHandler(handler: Function): boolean {
  return Boolean(readMetadata(SSE_KEY, handler))
}

const INTERCEPTORS_KEY = '__interceptors__'

/**
 * Puts an interceptor around the routes with `@Sse()`, before all other interceptors. A route without interceptors skips
 * Nest's pipeline, so other routes do not get it, unless the app has global interceptors.
 */
export function interceptSse(ref: ModuleRef, config: ApplicationConfig, interceptor: NestInterceptor): void {
  const getGlobalInterceptors = config.getGlobalInterceptors.bind(config)
  config.getGlobalInterceptors = () => {
    const interceptors = getGlobalInterceptors()
    return interceptors.length === 0 ? interceptors : [interceptor, ...interceptors]
  }
  for (const { controller, handler } of listHandlers(ref)) {
    if (!isSseHandler(handler)) continue
    const hasClassInterceptors = readMetadata(INTERCEPTORS_KEY, controller) !== undefined
    prepend(INTERCEPTORS_KEY, hasClassInterceptors ? controller : handler, interceptor)
  }
}

/** A class can be in several apps of a process, so an item is added to it only once. */
function prepend(key: string, target: Function, item: unknown): void {
  const items = readItems(readMetadata(key, target), Infinity)
  if (!items.includes(item)) Reflect.defineMetadata(key, [item, ...items], target)
}

/** Reports if `@Sse()` does not set the metadata that `isSseHandler` reads. */
export function probeSse(owner: object): void {
  const handler = (): object => owner
  Sse()({ handler }, 'handler', { value: handler })
  if (isSseHandler(handler)) return
  report(
    owner,
    `the metadata ${SSE_KEY} of @Sse()`,
    'event streams that fail end without the error event of the envelope',
  )
}

/**
 * Returns whether a file has the error handler that Nest gave it. Nest creates one per file, so only the source text
 * of the functions can be compared.
 *
 * @param owner The owner of the warning.
 */
export function hasDefaultErrorHandler(file: StreamableFile, owner: object): boolean {
  const { errorHandler }: { errorHandler?: unknown } = new StreamableFile(new Uint8Array())
  if (typeof errorHandler === 'function') return String(errorHandler) === String(file.errorHandler)
  report(owner, 'StreamableFile.errorHandler', 'Nest answers files that fail')
  return false
}

type HandlerParameters = [request: PlatformRequest, response: PlatformResponse, next: unknown]

/** A handler for errors that Nest registers on the platform. */
export type ErrorHandler = (thrown: unknown, ...parameters: HandlerParameters) => unknown

/** A handler for requests without a route that Nest registers on the platform. */
export type NotFoundHandler = (...parameters: HandlerParameters) => unknown

/** An HTTP adapter of Nest. Nest calls the optional methods when the application starts. */
export interface HttpAdapter {
  getInstance(): object
  getHttpServer(): Server
  initHttpServer?(options: unknown): unknown
  reply?(response: PlatformResponse, body: unknown, statusCode?: number): unknown
  setErrorHandler?(handler: ErrorHandler, prefix?: string): unknown
  setNotFoundHandler?(handler: NotFoundHandler, prefix?: string): unknown
}

/** Wraps the handlers that Nest registers on one HTTP adapter. */
export function wrapRegisteredHandlers(
  adapter: HttpAdapter,
  wrapErrorHandler: (handler: ErrorHandler) => ErrorHandler,
  wrapNotFoundHandler: (handler: NotFoundHandler) => NotFoundHandler,
): void {
  const setErrorHandler = adapter.setErrorHandler?.bind(adapter)
  const setNotFoundHandler = adapter.setNotFoundHandler?.bind(adapter)
  if (setErrorHandler && setNotFoundHandler) {
    adapter.setErrorHandler = (handler, prefix) => setErrorHandler(wrapErrorHandler(handler), prefix)
    adapter.setNotFoundHandler = (handler, prefix) => setNotFoundHandler(wrapNotFoundHandler(handler), prefix)
  } else {
    const lost = 'errors in middleware and requests without a route do not reach the filters of the app'
    report(adapter, 'HttpAdapter.setErrorHandler or setNotFoundHandler', lost)
  }
}

/** Calls a function with the HTTP server that an adapter creates. */
export function onHttpServer(adapter: HttpAdapter, run: (server: Server) => void): void {
  const initHttpServer = adapter.initHttpServer?.bind(adapter)
  if (initHttpServer === undefined) return
  adapter.initHttpServer = (options) => {
    const result = initHttpServer(options)
    run(adapter.getHttpServer())
    return result
  }
}

/**
 * Replaces each file that an adapter is about to send by the result of a function. Nest 12 also sends async iterables, web
 * streams and `Response` bodies as files.
 */
export function replaceFiles(
  adapter: HttpAdapter,
  replace: (file: StreamableFile, response: PlatformResponse) => StreamableFile,
): void {
  const reply = adapter.reply?.bind(adapter)
  if (reply === undefined) {
    report(adapter, 'HttpAdapter.reply', 'Nest answers files that fail')
    return
  }
  adapter.reply = (response, body, statusCode) =>
    reply(response, body instanceof StreamableFile ? replace(body, response) : body, statusCode)
}
