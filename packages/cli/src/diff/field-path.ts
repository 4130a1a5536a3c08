/** A path one field further. */
export function fieldPath(path: string, name: string): string {
  const key = /^(?:[\w$@-]+|\*)$/.test(name) ? name : JSON.stringify(name)
  return path === '' ? key : `${path}.${key}`
}
