// The functions of the adapter that accept a responder only, made with `createResponder` of @faultline/core/slim. A bundle
// then has neither the table of envelopes nor, unless it is passed, the recognition of errors of libraries.
import type { Responder } from '@faultline/core'
import { requireResponder } from '@faultline/core/slim'
import { fastifyServerOptions, type FastifyServerDefaults } from '@faultline/node/platforms'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { createPlugin } from './install.ts'

/** Like `faultline` of `@faultline/fastify`: `app.register(faultline, responder)`. */
export const faultline: FastifyPluginAsync<Responder<FastifyRequest>> =
  /* @__PURE__ */ createPlugin(requireResponder)

/** Like `serverOptions` of `@faultline/fastify`. @throws TypeError if the argument is not a responder. */
export function serverOptions(responder: Responder<FastifyRequest>): FastifyServerDefaults {
  return fastifyServerOptions(requireResponder(responder))
}
