import type { Envelope } from './envelope.ts'
import { DEFINITION } from './extended-definition.ts'
import { isRecord } from './json-values.ts'

/** Members of every envelope that are a method or a string. */
const REQUIRED = ['id', 'contentType', 'lookup', 'render', 'errorEvents', 'parse']

/** Returns whether a value is an envelope. */
export function isEnvelope(value: unknown): value is Envelope {
  return isRecord(value) && findDefect(value) === undefined
}

/**
 * Describes why an object that resembles an envelope is not one, and the remedy; an empty string for any other value. A
 * spread of an envelope lacks its methods, and an object that inherits from one lacks its private state.
 */
export function describeLookAlike(value: unknown): string {
  if (!isRecord(value) || !('render' in value || 'codes' in value)) return ''
  return `: it ${findDefect(value)}; use extendEnvelope(envelope, { id, … }) to change an envelope`
}

function findDefect(value: object): string | undefined {
  try {
    const missing = REQUIRED.filter(
      (name) => !['string', 'function'].includes(typeof Reflect.get(value, name)),
    )
    if (missing.length > 0) return `has no ${missing.join(', ')}`
    void Reflect.get(value, DEFINITION, value)
    return undefined
  } catch {
    return 'inherits from an envelope'
  }
}
