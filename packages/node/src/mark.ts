/**
 * Marks an object, once. A mark is visible to every installed copy of this package, unlike a WeakSet of one copy.
 *
 * @param name The name of the mark below `faultline.`.
 * @returns Whether the object did not have the mark before.
 */
export function markOnce(target: object, name: string): boolean {
  const key = Symbol.for(`faultline.${name}`)
  if (Object.hasOwn(target, key)) return false
  Object.defineProperty(target, key, { value: true })
  return true
}
