import type { IncomingMessage, ServerResponse } from 'node:http'

type NextFunction = (error?: unknown) => void

type Handler = (...given: unknown[]) => unknown

/** Express 4's layer of the stack. */
interface Layer {
  handle: Handler
  handle_request(request: IncomingMessage, response: ServerResponse, next: NextFunction): void
  handle_error(error: unknown, request: IncomingMessage, response: ServerResponse, next: NextFunction): void
}

/** Express 4's router. */
interface Router {
  readonly stack: readonly Layer[]
  /** The callbacks of `param`, by name. */
  readonly params: Readonly<Record<string, Handler[]>>
  process_params: (this: Router, ...given: unknown[]) => void
}

const patched = new WeakSet<object>()

/**
 * Has Express 4 hand on what an async handler rejects with, as Express 5 does by itself: without it nobody handles the
 * rejection, which ends Node. Cheap to call again.
 */
export function catchRejections(app: object): void {
  const router = (app as { _router?: Router })._router
  const layer = router?.stack[0]
  if (router === undefined || layer === undefined) return
  const layers = Object.getPrototypeOf(layer) as Layer
  if (patched.has(layers)) return
  patched.add(layers)
  layers.handle_request = handleRequest
  layers.handle_error = handleError
  const routers = Object.getPrototypeOf(router) as Router
  const processParams = routers.process_params
  routers.process_params = function process(...given) {
    catchInParams(this)
    processParams.apply(this, given)
  }
}

function handleRequest(
  this: Layer,
  request: IncomingMessage,
  response: ServerResponse,
  next: NextFunction,
): void {
  if (this.handle.length > 3) next()
  else run(next, () => this.handle(request, response, next))
}

function handleError(
  this: Layer,
  error: unknown,
  request: IncomingMessage,
  response: ServerResponse,
  next: NextFunction,
): void {
  if (this.handle.length === 4) run(next, () => this.handle(error, request, response, next))
  else next(error)
}

/** Callbacks may be added at any time, so each call looks for new ones. */
function catchInParams({ params }: Router): void {
  for (const name in params) {
    const callbacks = params[name]!
    for (const [at, callback] of callbacks.entries()) {
      if (patched.has(callback)) continue
      const caught: Handler = (request, response, next, ...rest) =>
        run(next as NextFunction, () => callback(request, response, next, ...rest))
      patched.add(caught)
      callbacks[at] = caught
    }
  }
}

function run(next: NextFunction, handle: () => unknown): void {
  try {
    const returned = handle() as PromiseLike<unknown> | undefined
    if (typeof returned?.then === 'function') {
      returned.then(undefined, (error: unknown) =>
        next(error || new Error('A handler rejected with nothing')),
      )
    }
  } catch (error) {
    next(error)
  }
}
