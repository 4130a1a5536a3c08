// Every use of undocumented parts of Koa and @koa/router. Each has a probe. Koa does not have a logger for warnings.
import { reportMissing } from '@faultline/node/platforms'
import type Koa from 'koa'
import type { Context, Middleware } from 'koa'

/** Adds middleware before all other middleware. Koa has no public method for that. */
export function addFirstMiddleware(app: Koa, middleware: Middleware): void {
  if (Array.isArray(app.middleware)) app.middleware.unshift(middleware)
  else {
    const lost = 'errors of middleware that is added before faultline() are not answered'
    reportMissing(app, 'app.middleware of Koa', lost)
    app.use(middleware)
  }
}

/** The final handler of Koa, a method of each context. Koa calls it with null at the end of every response. */
export type FinalHandler = (this: Context, thrown: unknown) => void

/** Returns whether an app has its own final handler, such as that of koa-onerror. */
export function hasFinalHandler(app: Koa): boolean {
  return Object.hasOwn(app.context, 'onerror')
}

/** Replaces the final handler of an app. */
export function setFinalHandler(app: Koa, handler: FinalHandler): void {
  if ('onerror' in app.context) Object.assign(app.context, { onerror: handler })
}

/** Returns whether Koa will call the final handler that Faultline has set. */
export function isFinalHandler(app: Koa, handler: FinalHandler): boolean {
  if (Reflect.get(app.context, 'onerror') === handler) return true
  const lost = 'errors after the middleware, such as a body that cannot be serialized, are not answered'
  reportMissing(app, 'context.onerror of Koa, as Faultline has set it,', lost)
  return false
}

/** The properties that @koa/router sets. */
type RoutedContext = Context & { readonly router?: unknown; readonly matched?: unknown }

/** Returns the methods of the routes at the path of a request, as @koa/router has found them. */
export function findAllowedMethods(context: RoutedContext): string[] {
  const { matched, router } = context
  if (matched === undefined && router === undefined) return []
  if (Array.isArray(matched) && matched.every(isLayer)) return matched.flatMap(({ methods }) => methods)
  const lost = 'requests with a method that their path does not support get 404 instead of 405'
  reportMissing(context.app, 'context.matched of @koa/router', lost)
  return []
}

function isLayer(layer: unknown): layer is { readonly methods: readonly string[] } {
  return layer instanceof Object && 'methods' in layer && Array.isArray(layer.methods)
}
