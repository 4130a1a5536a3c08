/** Calls a function and returns undefined if it throws. For calls of foreign code whose failure has a fallback. */
export function tryCall<Value>(run: () => Value): Value | undefined {
  try {
    return run()
  } catch {
    return undefined
  }
}
