// Express does not publish its routing table. This file reads it from the router's layers, and checks each part first.
import { reportMissing } from '../report-missing.ts'
import { findCandidates } from './layer-index.ts'

/** The layer of a route or of middleware in Express 4 and 5. */
interface Layer {
  match(path: string): boolean | { readonly path: string }
  /** The matched path. The router of Express 5 returns it from `match` since its version 2.3. */
  readonly path?: string | undefined
  readonly route?:
    | { readonly methods: Readonly<Record<string, boolean>>; readonly path?: unknown }
    | undefined
  readonly handle: { readonly stack?: readonly Layer[] }
}

/**
 * Returns the methods, in upper case, that have a route at a path of an Express app, 4 or 5. If Express has changed its
 * router, the result is empty and a warning is printed once per app.
 *
 * @param url The request target relative to the app. The query is ignored.
 */
export function allowedMethods(app: object, url: string): string[] {
  const methods: string[] = []
  const path = toPath(url)
  try {
    if (path !== undefined) collectMethods(readStack(app), path, methods)
  } catch (error) {
    // A path that cannot be decoded does not match any route.
    if (!(error instanceof URIError)) {
      const part = `the routing table of Express (${error instanceof Error ? error.message : String(error)})`
      reportMissing(
        app,
        part,
        'requests with a method that their path does not support get 404 instead of 405',
      )
    }
  }
  return methods
}

/** Express 4 has `_router` after its first route or middleware, and a getter `router` that throws. */
function readStack(app: {
  _router?: { stack?: unknown }
  router?: { stack?: unknown }
  lazyrouter?: unknown
}) {
  const isExpress4 = typeof app.lazyrouter === 'function'
  if (isExpress4 && app._router === undefined) return []
  const stack = (isExpress4 ? app._router : app.router)?.stack
  if (!isStack(stack)) throw new TypeError('router.stack is not an array')
  return stack
}

function isStack(value: unknown): value is readonly Layer[] {
  return Array.isArray(value)
}

function toPath(url: string): string | undefined {
  const [path = ''] = url.split('?', 1)
  if (path.startsWith('/') || path === '*') return path
  return URL.canParse(path) ? new URL(path).pathname : undefined
}

function collectMethods(stack: readonly Layer[], path: string, methods: string[]): void {
  for (const layer of findCandidates(stack, path)) {
    const { route, handle } = layer
    const match = (route !== undefined || handle.stack !== undefined) && layer.match(path)
    if (!match) continue
    if (route !== undefined) addMethods(route.methods, methods)
    else if (handle.stack !== undefined) {
      const rest = path.slice(((typeof match === 'object' ? match.path : layer.path) ?? '').length)
      if (rest === '' || rest.startsWith('/')) collectMethods(handle.stack, rest || '/', methods)
    }
  }
}

function addMethods(routeMethods: Readonly<Record<string, boolean>>, methods: string[]): void {
  if (typeof routeMethods !== 'object') throw new TypeError('route.methods is not an object')
  // `app.all` lists every method, CONNECT included, which routes never receive. It is middleware at a path.
  if ('connect' in routeMethods) return
  for (const method in routeMethods) if (method !== '_all') methods.push(method.toUpperCase())
}
