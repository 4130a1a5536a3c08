import type { IncomingMessage, ServerResponse } from 'node:http'
import { sendError, sendNotFound } from '../send-error.ts'
import type { Responder } from '@faultline/core'
import { catchRejections } from './express4-async.ts'

type Done = (error?: unknown) => void

/** Where Express's own last exit is: the third argument of `app.handle`. */
interface Handling {
  handle: (request: IncomingMessage, response: ServerResponse, done?: Done) => void
}

/** What is done at an app's last exit besides answering. */
export interface FinalHandlerHooks {
  /** The methods that have a route at a request's path. */
  readonly allowedMethods: (request: IncomingMessage) => string[]
  /** Called with what no route of a mounted app took. */
  readonly onUnrouted?: (request: IncomingMessage) => void
}

/** Takes an Express app's last exit: what nothing else has answered is answered there. */
export function installExpressFinalHandler<Raw>(
  app: object,
  responder: Responder<Raw>,
  { allowedMethods, onUnrouted }: FinalHandlerHooks,
): void {
  const exits = app as Handling
  const { handle } = exits
  exits.handle = function express(request, response, next) {
    catchRejections(app)
    handle.call(app, request, response, (error) => {
      const isMissing = !error || error === 'router' || error === 'route'
      if (next !== undefined) {
        // Mounted in another app: its exit is the last one.
        if (isMissing) onUnrouted?.(request)
        next(error)
      } else if (isMissing) sendNotFound(responder, allowedMethods(request), request, response)
      else sendError(responder, error, request, response)
    })
  }
}

/** What Express 4 and 5 keep of a route or of a middleware. */
interface Layer {
  /** What matched; routers before 2.3 leave the path on the layer. */
  match(path: string): boolean | { readonly path: string }
  readonly path?: string | undefined
  route?: { readonly methods: Readonly<Record<string, boolean>> } | undefined
  handle: { readonly stack?: readonly Layer[] }
}

/**
 * The methods that have a route at a path of an Express app, 4 or 5, in upper case.
 *
 * @param url The target as the app sees it; a query is left out.
 */
export function allowedMethods(app: object, url: string): string[] {
  const methods: string[] = []
  try {
    collect(stackOf(app), pathOf(url), methods)
  } catch {
    // A path that can't be decoded is no route's.
  }
  return methods
}

/** Express 4's getter `router` throws; Express 5 has no `_router`. */
function stackOf(app: object): readonly Layer[] {
  const { _router } = app as { _router?: { stack: Layer[] } }
  return (_router ?? (app as { router: { stack: Layer[] } }).router).stack
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
      // `app.all` names every method, CONNECT too, which no route gets: it is middleware at a path.
    } else if (!('connect' in route.methods)) {
      for (const method in route.methods) if (method !== '_all') methods.push(method.toUpperCase())
    }
  }
}
