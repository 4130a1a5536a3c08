import type { Application, Request } from 'express'

/** What Express 4 and 5 keep of a route or of a middleware. */
interface Layer {
  /** What matched; routers before 2.3 leave the path on the layer. */
  match(path: string): boolean | { readonly path: string }
  readonly path?: string | undefined
  route?: { readonly methods: Readonly<Record<string, boolean>> } | undefined
  handle: { readonly stack?: readonly Layer[] }
}

/** What mounted apps said of a request. Their routes can't be seen from the app above. */
const noted = new WeakMap<Request, string[]>()

/** The methods that have a route at a request's path, in upper case. */
export function allowedMethods(app: Application, request: Request): string[] {
  const methods = [...(noted.get(request) ?? [])]
  try {
    collect(stackOf(app), pathOf(request.url), methods)
  } catch {
    // A path that can't be decoded is no route's.
  }
  return methods
}

/** Keeps a mounted app's methods for the app above. */
export function noteAllowed(app: Application, request: Request): void {
  const methods = allowedMethods(app, request)
  if (methods.length > 0) noted.set(request, methods)
}

/** Express 4's getter `router` throws; Express 5 has no `_router`. */
function stackOf(app: Application): readonly Layer[] {
  const { _router } = app as unknown as { _router?: { stack: Layer[] } }
  return (_router ?? (app.router as unknown as { stack: Layer[] })).stack
}

function pathOf(url: string): string {
  const path = url.split('?', 1)[0]!
  return path.startsWith('/') || path === '*' ? path : new URL(path).pathname
}

function collect(stack: readonly Layer[], path: string, methods: string[]): void {
  for (const layer of stack) {
    const { route, handle } = layer
    const match = (route !== undefined || handle.stack !== undefined) && layer.match(path)
    if (!match) continue
    if (route === undefined) {
      const rest = path.slice(((typeof match === 'object' ? match.path : layer.path) ?? '').length)
      if (rest === '' || rest.startsWith('/')) collect(handle.stack!, rest || '/', methods)
    } else for (const method in route.methods) if (method !== '_all') methods.push(method.toUpperCase())
  }
}
