import type { Application, NextFunction, Request, Response } from 'express'

/** Express 4's layer of the stack. */
interface Layer {
  handle: (...given: unknown[]) => unknown
  handle_request?(request: Request, response: Response, next: NextFunction): void
  handle_error?(error: unknown, request: Request, response: Response, next: NextFunction): void
}

const patched = new WeakSet<object>()

/**
 * Has Express 4 hand on what an async handler rejects with, as Express 5 does by itself: without it a rejection ends
 * the process. Cheap to call again.
 */
export function catchRejections(app: Application): void {
  const layer = (app as unknown as { _router?: { stack: Layer[] } })._router?.stack[0]
  if (layer === undefined) return
  const prototype = Object.getPrototypeOf(layer) as Layer
  if (patched.has(prototype) || prototype.handle_request === undefined) return
  patched.add(prototype)
  prototype.handle_request = handleRequest
  prototype.handle_error = handleError
}

function handleRequest(this: Layer, request: Request, response: Response, next: NextFunction): void {
  if (this.handle.length > 3) next()
  else run(next, () => this.handle(request, response, next))
}

function handleError(
  this: Layer,
  error: unknown,
  request: Request,
  response: Response,
  next: NextFunction,
): void {
  if (this.handle.length === 4) run(next, () => this.handle(error, request, response, next))
  else next(error)
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
