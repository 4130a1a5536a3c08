const prototype: object = Object.prototype

/**
 * Returns whether an object inherits a property that other code has added to `Object.prototype`. Such a property belongs to
 * no object, so it must not change a response. Never throws; a Proxy whose traps throw has no such property.
 *
 * @param object An object that has the property, or inherits it.
 */
export function isPolluted(object: unknown, key: PropertyKey): boolean {
  // In almost every process this is the only work.
  if (!(key in prototype) || key === 'constructor' || key === '__proto__') return false
  try {
    let owner: unknown = Object(object)
    while (typeof owner === 'object' || typeof owner === 'function') {
      if (owner === null || owner === prototype) return true
      if (Object.hasOwn(owner, key)) return false
      owner = Object.getPrototypeOf(owner)
    }
    return true
  } catch {
    return false
  }
}
