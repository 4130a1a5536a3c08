import { inspect } from 'node:util'
import type { Client } from './clients/client.ts'
import type { Dialect } from './dialects.ts'

const TIMEOUT_MS = 10_000

/**
 * The result of one reading. `typed`: an error of the SDK's class with the envelope's fields. `untyped`: any other error, or
 * no end in time. `success`: no error, as for a complete response.
 */
export interface Outcome {
  readonly kind: 'success' | 'typed' | 'untyped'
  /** The name and message of the error, or the empty string. */
  readonly detail: string
}

/** Reads a response with a client. */
export async function readWith(client: Client, url: string, dialect: Dialect): Promise<Outcome> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => reject(new Error(`The client did not end within ${TIMEOUT_MS} ms`)),
    TIMEOUT_MS,
  )
  try {
    await Promise.race([client.read(url, dialect), promise])
    return { kind: 'success', detail: '' }
  } catch (error) {
    const kind = client.isTyped(error, dialect.error) ? 'typed' : 'untyped'
    return { kind, detail: describeError(error) }
  } finally {
    clearTimeout(timer)
  }
}

function describeError(error: unknown): string {
  const text =
    error instanceof Error ? `${error.name}: ${error.message}` : inspect(error, { breakLength: Infinity })
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}
