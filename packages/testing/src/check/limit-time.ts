import { createContext, Script } from 'node:vm'

const call = new Script('run()')

/**
 * Calls a synchronous function and stops it at a time limit, also inside a regular expression.
 *
 * @param milliseconds Maximum duration.
 * @returns The result, or undefined at the time limit. Objects that the function was changing are then unusable.
 * @throws Whatever the function throws.
 */
export function limitTime<Result>(run: () => Result, milliseconds: number): { result: Result } | undefined {
  let done: { result: Result } | undefined
  const context = createContext({ run: () => (done = { result: run() }) })
  try {
    call.runInContext(context, { timeout: milliseconds })
  } catch (error) {
    if (!isTimeout(error)) throw error
  }
  return done
}

/** The error of the time limit belongs to another realm, so that `instanceof` does not recognize it. */
function isTimeout(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  )
}
