// Every use of undocumented parts of Koa and @koa/router. Each has a probe. Koa does not have a logger for warnings.
import { Stream, type Readable } from 'node:stream'
import { reportMissing } from '@faultline/node/platforms'
import type Koa from 'koa'
import type { Context, Middleware } from 'koa'

/** A Koa app with any state and context. */
export type AnyKoa = Koa<any, any> // oxlint-disable-line typescript/no-explicit-any -- the parameters are invariant

/** Adds middleware before all other middleware. Koa has no public method for that. */
export function addFirstMiddleware(app: AnyKoa, middleware: Middleware): void {
  if (Array.isArray(app.middleware)) app.middleware.unshift(middleware)
  else {
    const lost = 'errors of middleware that is added before faultline() are not answered'
    reportMissing(app, 'app.middleware of Koa', lost)
    app.use(middleware)
  }
}

/**
 * Keeps middleware after all other middleware of an app that is mounted in another app. koa-compose copies the list when
 * the app is mounted or started. An app that is started itself does not get it.
 */
export function addLastMiddleware(app: AnyKoa, middleware: Middleware): void {
  const { middleware: list } = app
  if (!Array.isArray(list)) return
  const withoutLast = <Result>(run: () => Result): Result => {
    list.pop()
    try {
      return run()
    } finally {
      list.push(middleware)
    }
  }
  const use: (middleware: Middleware) => AnyKoa = app.use.bind(app)
  const callback = app.callback.bind(app)
  list.push(middleware)
  app.use = (added: Middleware) => withoutLast(() => use(added))
  app.callback = () => withoutLast(callback)
}

/** Calls a function when Koa reads `context.respond`: once, after all middleware. */
export function callBeforeResponse(context: Context, run: (context: Context) => void): void {
  let respond: boolean | undefined
  Object.defineProperty(context, 'respond', {
    configurable: true,
    get() {
      run(context)
      return respond
    },
    set(value: boolean) {
      respond = value
    },
  })
}

/** The mark of a stream that ends by itself if the stream that it replaces in the body fails. */
export const ENDS_WITH_ERROR = Symbol.for('faultline.endsWithError')

/**
 * Makes a stream that replaces another stream in the body fail if that one fails. Compression replaces the body, and a
 * pipe does not pass errors on.
 */
export function propagateStreamErrors(app: AnyKoa): void {
  const body = findProperty(app.response, 'body')
  if (body?.set === undefined) {
    const lost = 'a compressed stream that fails at once never ends'
    reportMissing(app, 'response.body of Koa', lost)
    return
  }
  Object.defineProperty(app.response, 'body', {
    ...body,
    configurable: true,
    set(this: { body: unknown }, value: unknown) {
      const previous = isStream(value) ? this.body : undefined
      body.set?.call(this, value)
      if (isStream(previous) && isStream(value) && previous !== value && !(ENDS_WITH_ERROR in value))
        previous.once('error', (error) => value.destroy(error))
    },
  })
}

function findProperty(target: object | null, name: string): PropertyDescriptor | undefined {
  if (target === null) return undefined
  return (
    Object.getOwnPropertyDescriptor(target, name) ??
    findProperty(Object.getPrototypeOf(target) as object | null, name)
  )
}

function isStream(value: unknown): value is Readable {
  return value instanceof Stream && 'destroy' in value
}

/** The final handler of Koa, a method of each context. Koa calls it with null at the end of every response. */
export type FinalHandler = (this: Context, thrown: unknown) => void

/** Returns whether an app has its own final handler, such as that of koa-onerror. */
export function hasFinalHandler(app: AnyKoa): boolean {
  return Object.hasOwn(app.context, 'onerror')
}

/** Replaces the final handler of an app. */
export function setFinalHandler(app: AnyKoa, handler: FinalHandler): void {
  if ('onerror' in app.context) Object.assign(app.context, { onerror: handler })
}

/** Returns whether Koa will call the final handler that Faultline has set. */
export function isFinalHandler(app: AnyKoa, handler: FinalHandler): boolean {
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
