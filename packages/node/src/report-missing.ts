const reported = new WeakMap<object, Set<string>>()

/**
 * Reports that Node.js or a framework does not have an undocumented part that an adapter uses. Each part is reported
 * once per owner.
 *
 * @param owner The object that the parts are counted for: the app, or its responder.
 * @param part The name of the missing part.
 * @param lost What does not work without it.
 * @param warn The framework's logger. @default console.warn
 */
export function reportMissing(
  owner: object,
  part: string,
  lost: string,
  warn: (message: string) => void = warnOnConsole,
): void {
  const parts = reported.get(owner) ?? new Set()
  if (parts.has(part)) return
  reported.set(owner, parts.add(part))
  warn(`Faultline: ${part} does not exist or has changed in the installed version; ${lost}`)
}

function warnOnConsole(message: string): void {
  console.warn(message)
}
