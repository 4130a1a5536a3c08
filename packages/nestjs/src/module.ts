import { toApiError, type ApiError, type ApiRequest, type Responder } from '@faultline/core'
import { fastifyServerOptions, type FastifyServerDefaults } from '@faultline/node/platforms'
import {
  Catch,
  Module,
  type DynamicModule,
  type ExceptionFilter,
  type FactoryProvider,
  type ModuleMetadata,
  type ValidationError,
} from '@nestjs/common'
import { APP_FILTER, HttpAdapterHost, ModuleRef } from '@nestjs/core'
import { FaultlineExceptionFilter, RESPONDER, toResponder, type FaultlineOptions } from './filter.ts'
import { installOnAdapter } from './install.ts'
import { addFirstGuard, findApplicationConfig, interceptSse, probeSse } from './internals.ts'
import { hasRouteOptions, routeGuard } from './route-options.ts'
import { streamErrorInterceptor } from './stream-errors.ts'

/** The request that hooks and an `envelope` function receive. */
export type FaultlineRequest = ApiRequest

/** Options that are created when the app starts. */
export interface FaultlineModuleAsyncOptions
  extends Pick<ModuleMetadata, 'imports'>, Pick<FactoryProvider<FaultlineOptions>, 'inject' | 'useFactory'> {}

/**
 * Sends the errors of a Nest app, on Express or Fastify, in one envelope: errors thrown in handlers, guards, pipes and
 * middleware, failed validation, bodies that cannot be parsed, 404, and 405 with the methods that the path supports.
 * Import it once, in the root module: it is global. The app's own filters come first.
 */
// oxlint-disable-next-line typescript/no-extraneous-class -- Nest's modules are classes
export class FaultlineModule {
  /** @throws TypeError if options are wrong. An app that imports the module twice does not start. */
  static forRoot(options: FaultlineOptions): DynamicModule {
    const responder = toResponder(options)
    return this.forRootAsync({ useFactory: () => responder })
  }

  /** Accepts options that depend on providers of other modules. */
  static forRootAsync({ imports = [], inject = [], useFactory }: FaultlineModuleAsyncOptions): DynamicModule {
    const create = async (...dependencies: never[]) => toResponder(await useFactory(...dependencies))
    const responder: FactoryProvider = { provide: RESPONDER, inject, useFactory: create }
    const dependencies = [RESPONDER, FaultlineExceptionFilter, HttpAdapterHost, ModuleRef]
    const installation: FactoryProvider = { provide: APP_FILTER, inject: dependencies, useFactory: install }
    const exports = [responder, FaultlineExceptionFilter]
    const providers = [...exports, installation]
    return { module: FaultlineModule, global: true, imports, providers, exports }
  }
}

Module({})(FaultlineModule)

/** Installs the responder. Returns the filter that Nest must add for `APP_FILTER`. */
function install(
  responder: Responder,
  filter: FaultlineExceptionFilter,
  host: HttpAdapterHost,
  ref: ModuleRef,
): ExceptionFilter {
  const config = findApplicationConfig(ref, responder)
  const unused = new UnusedFilter()
  // Without a filter of the app, Nest's exception and its stack trace are not needed.
  const hasOtherFilters = (): boolean =>
    config === undefined ||
    config.getGlobalFilters().some((each) => each !== filter && each !== unused) ||
    config.getGlobalRequestFilters().length > 0
  // An app without HTTP does not have an adapter. A testing module sets it later.
  const installPlatform = (): void => {
    if (host.httpAdapter) installOnAdapter(host.httpAdapter, responder, hasOtherFilters)
  }
  if (host.httpAdapter) installPlatform()
  else host.init$.subscribe(installPlatform)
  config?.useGlobalFilters(filter)
  probeSse(responder)
  if (config !== undefined) {
    interceptSse(ref, config, streamErrorInterceptor)
    addFirstGuard(ref, config, routeGuard, hasRouteOptions)
  }
  return config === undefined ? filter : unused
}

/** A filter for `APP_FILTER` that does not match any exception, because the real filter is in the configuration. */
class UnusedFilter implements ExceptionFilter {
  static [Symbol.hasInstance](): boolean {
    return false
  }

  catch(): void {}
}

// Nest calls a filter for exceptions that are instances of the classes given here.
Catch(UnusedFilter)(UnusedFilter)

/**
 * Returns options for Fastify's constructor that cover errors no module can handle: URLs that cannot be decoded, requests
 * that cannot be parsed, and request ids: `new FastifyAdapter({ ...serverOptions({ envelope }) })`.
 */
export function serverOptions(options: FaultlineOptions): FastifyServerDefaults {
  return fastifyServerOptions(toResponder(options))
}

/**
 * Creates the error of a failed validation, with the path of each field and without values:
 * `new ValidationPipe({ exceptionFactory: validationExceptionFactory })`.
 */
export function validationExceptionFactory(errors: readonly ValidationError[]): ApiError {
  return toApiError(errors)
}
