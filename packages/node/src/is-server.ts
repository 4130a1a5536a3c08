import type { Server } from 'node:http'
import { isObject } from '@faultline/core'

/** Returns whether a value is a server of `node:http`, `node:https` or `node:http2`. */
export function isServer(value: unknown): value is Server {
  return (
    isObject(value) &&
    'on' in value &&
    typeof value.on === 'function' &&
    'listenerCount' in value &&
    typeof value.listenerCount === 'function'
  )
}
