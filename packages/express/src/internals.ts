// The undocumented parts of Express that Faultline uses. Those that NestJS needs, too, are in @faultline/node/platforms:
// the router's layers, for the methods of a 405 and for async handlers of Express 4. Each has a probe there.
import { ExpressFacts, findAllowedMethods, installExpressFinalHandler } from '@faultline/node/platforms'

/** Returns whether a value is an Express app: a function with the method `handle`, which is replaced. */
export function isExpressApp(value: unknown): boolean {
  return hasHandle(value) && 'listen' in value
}

/** Returns whether a value is an Express router. It has the method `handle`, too, but Express answers its errors. */
export function isRouter(value: unknown): boolean {
  return hasHandle(value) && 'stack' in value
}

function hasHandle(value: unknown): value is { readonly handle: unknown } {
  return typeof value === 'function' && 'handle' in value && typeof value.handle === 'function'
}

export { ExpressFacts, findAllowedMethods, installExpressFinalHandler }
