import { createRoutingError, type ApiError, type Responder } from '@faultline/core'
import {
  sendErrorRaw,
  installOnHttpPlatform,
  type PlatformRequest,
  type PlatformResponse,
} from '@faultline/node/platforms'
import { Module, type DynamicModule, type FactoryProvider, type ModuleMetadata } from '@nestjs/common'
import { HttpAdapterHost, ModuleRef } from '@nestjs/core'
import createRouter from 'find-my-way'
import {
  FaultlineExceptionFilter,
  originalErrors,
  RESPONDER,
  responderOf,
  type FaultlineOptions,
} from './filter.ts'
import { lateFailures } from './late-failures.ts'

/** Options that are made when the app starts. */
export interface FaultlineModuleAsyncOptions
  extends Pick<ModuleMetadata, 'imports'>, Pick<FactoryProvider<FaultlineOptions>, 'inject' | 'useFactory'> {}

/**
 * Answers every failure of a Nest app, on Express or Fastify, in one envelope: what handlers, guards, pipes and
 * middleware throw, failed validation, bodies that can't be parsed, 404, and 405 with the methods that the path takes.
 * Import it once, in the root module: it is global. Your own filters still come first.
 */
// oxlint-disable-next-line typescript/no-extraneous-class -- Nest's modules are classes
export class FaultlineModule {
  /** @throws TypeError for wrong options. An app that has it already does not start. */
  static forRoot(options: FaultlineOptions): DynamicModule {
    const responder = responderOf(options)
    return this.forRootAsync({ useFactory: () => responder })
  }

  /** `forRoot` with options that need what other modules provide. */
  static forRootAsync({ imports = [], inject = [], useFactory }: FaultlineModuleAsyncOptions): DynamicModule {
    const make = async (...given: never[]): Promise<Responder> => responderOf(await useFactory(...given))
    const providers: FactoryProvider[] = [
      { provide: RESPONDER, inject, useFactory: make },
      {
        provide: FaultlineExceptionFilter,
        inject: [RESPONDER, HttpAdapterHost, ModuleRef],
        useFactory: filterOf,
      },
    ]
    return { module: FaultlineModule, global: true, imports, providers, exports: providers }
  }
}

Module({})(FaultlineModule)

function filterOf(
  responder: Responder,
  { httpAdapter }: HttpAdapterHost,
  ref: ModuleRef,
): FaultlineExceptionFilter {
  // An app without HTTP has none.
  if (httpAdapter) install(httpAdapter, responder)
  const filter = new FaultlineExceptionFilter(responder)
  // The first filter is the last to be asked: an APP_FILTER of this module would come before the user's own.
  const config = ref['container'].applicationConfig!
  config.useGlobalFilters(filter)
  config.useGlobalInterceptors(lateFailures(responder))
  return filter
}

type Exchange = [request: PlatformRequest, response: PlatformResponse, next: unknown]

/** Nest's HTTP adapter, as far as it is taken hold of. */
interface Adapter {
  getInstance(): object
  setErrorHandler(handler: (thrown: unknown, ...exchange: Exchange) => unknown, ...rest: unknown[]): unknown
  setNotFoundHandler(handler: (...exchange: Exchange) => unknown, ...rest: unknown[]): unknown
}

const installed = new WeakSet<object>()

/** Takes the platform's last exit, and keeps for the filter what Nest maps before it asks filters. */
function install(adapter: Adapter, responder: Responder): void {
  if (installed.has(adapter)) throw new TypeError('FaultlineModule: this app has it already')
  installed.add(adapter)
  // Express has the last word outside of a global prefix in Nest 12.
  const methodsAt = installOnHttpPlatform(adapter.getInstance(), responder, createRouter)
  const missing = (request: PlatformRequest): ApiError =>
    createRoutingError(request.method!, methodsAt(request))
  async function run(thrown: unknown, handle: () => unknown, [request, response]: Exchange) {
    originalErrors.set(request.raw ?? request, { thrown })
    try {
      return await handle()
    } catch (failure) {
      // A filter of the user's that fails in turn: Fastify would answer it itself.
      return sendErrorRaw(responder, failure, request, response)
    }
  }
  const setErrorHandler = adapter.setErrorHandler.bind(adapter)
  const setNotFoundHandler = adapter.setNotFoundHandler.bind(adapter)
  adapter.setErrorHandler = (handler, ...rest) =>
    // Express tells error handlers by their four parameters.
    setErrorHandler((thrown, a, b, c) => run(thrown, () => handler(thrown, a, b, c), [a, b, c]), ...rest)
  adapter.setNotFoundHandler = (handler, ...rest) =>
    setNotFoundHandler((a, b, c) => run(missing(a), () => handler(a, b, c), [a, b, c]), ...rest)
}
