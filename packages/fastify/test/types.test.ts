import type { Server as HttpServer } from 'node:http'
import type { Http2SecureServer, Http2Server } from 'node:http2'
import type { Server as HttpsServer } from 'node:https'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyRequest } from 'fastify'
import { describe, expectTypeOf, test } from 'vitest'
import { faultline, isApiError, serverOptions, type FaultlineOptions } from '../src/index.ts'

interface OwnLogger extends FastifyBaseLogger {
  audit(message: string): void
}

const options: FaultlineOptions = { envelope: 'ai-api' }

// The type checker runs these tests.
describe('types', () => {
  test('the result of serverOptions can be combined with options of every server', () => {
    const create = (loggerInstance: OwnLogger): void => {
      const http = Fastify({ ...serverOptions(options), loggerInstance, trustProxy: true })
      expectTypeOf(http.server).toEqualTypeOf<HttpServer>()
      expectTypeOf(http.log).toEqualTypeOf<OwnLogger>()
      const https = Fastify({ ...serverOptions(options), https: { key: '', cert: '' } })
      expectTypeOf(https.server).toEqualTypeOf<HttpsServer>()
      const http2 = Fastify({ ...serverOptions(options), http2: true })
      expectTypeOf(http2.server).toEqualTypeOf<Http2Server>()
      const secureHttp2 = Fastify({ ...serverOptions(options), http2: true, https: {}, loggerInstance })
      expectTypeOf(secureHttp2.server).toEqualTypeOf<Http2SecureServer>()
      expectTypeOf(Fastify(serverOptions(options))).toExtend<FastifyInstance>()
      for (const app of [http, https, http2, secureHttp2]) void app.close()
      void http.register(faultline, options)
      void https.register(faultline, options)
      void http2.register(faultline, options)
      void secureHttp2.register(faultline, options)
    }
    expectTypeOf(create).toBeFunction()
  })

  test('serverOptions returns the options that it sets, and no others', () => {
    expectTypeOf<keyof ReturnType<typeof serverOptions>>().toEqualTypeOf<
      'clientErrorHandler' | 'frameworkErrors' | 'genReqId' | 'requestIdHeader' | 'return503OnClosing'
    >()
    // @ts-expect-error the options of the package are required
    expectTypeOf(serverOptions).toBeCallableWith({})
  })

  test('hooks receive the request of Fastify', () => {
    const typed: FaultlineOptions = {
      envelope: ({ raw }) => (raw.routeOptions.url?.startsWith('/v1') === true ? 'openai' : 'ai-api'),
      onError: (_error, _thrown, request) => void expectTypeOf(request.raw).toEqualTypeOf<FastifyRequest>(),
    }
    expectTypeOf(typed).toExtend<FaultlineOptions>()
  })

  test('an error handler of a plugin can distinguish the errors of the package', () => {
    const plugin = (app: FastifyInstance): void => {
      app.setErrorHandler((error, _request, reply) => {
        if (!isApiError(error, 'model_not_found')) throw error
        expectTypeOf(error.model).toBeString()
        return reply.code(error.status).send({ model: error.model })
      })
    }
    expectTypeOf(plugin).toBeFunction()
  })
})
