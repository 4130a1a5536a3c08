import type { Responder } from '@faultline/core'
import type { FastifyRequestLike } from './fastify.ts'

/** The responder of an instance. The instances in it inherit the property, unless they have their own responder. */
export const RESPONDER = Symbol.for('faultline.responder')

/** Returns the responder of the instance that a request belongs to. */
export function findResponder<Raw>({ server }: FastifyRequestLike): Responder<Raw> | undefined {
  return Reflect.get(server, RESPONDER)
}
