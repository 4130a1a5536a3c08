// The code that Faultline's adapters share. It is not a public interface: any release may change it.
export { attachOnce } from './attach.ts'
export { attachOnListen } from './attach-on-listen.ts'
export {
  ExpressFacts,
  findAllowedMethods,
  installExpressFinalHandler,
  leaveRouter,
} from './express-platform/final-handler.ts'
export { normalizePrefix } from './fastify-platform/allowed-methods.ts'
export { takeBadUrlError } from './fastify-platform/bad-url.ts'
export { endEventsWithError } from './fastify-platform/event-body.ts'
export { readErrorResponse, sendErrorResponse, setErrorResponse } from './fastify-platform/error-response.ts'
export { installFastifyHooks, isBodyHook } from './fastify-platform/hooks.ts'
export { enterConfiguredRoute } from './fastify-platform/instance-responder.ts'
export { sendErrorRaw } from './fastify-platform/send-error-raw.ts'
export type { PlatformExchange } from './fastify-platform/send-error-raw.ts'
export { fastifyServerOptions } from './fastify-platform/server-options.ts'
export type { FastifyServerDefaults } from './fastify-platform/server-options.ts'
export { faultlineContextOptions, isRouteMiddleware } from './faultline-options.ts'
export { installOnHttpPlatform, toPlatformExchange } from './install-on-platform.ts'
export type { PlatformRequest, PlatformResponse } from './install-on-platform.ts'
export { markOnce } from './mark.ts'
export { reportMissing } from './report-missing.ts'
export { answerSocket } from './send-socket-error.ts'
