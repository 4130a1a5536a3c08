/** Describes a value for a message: `undefined`, `-1`, `"x"`, `[1, a function]`, `an instance of Date`. */
export function describeValue(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(describeItem).join(', ')}]` : describeItem(value)
}

/** Describes a value, without the items of an array. */
function describeItem(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'function') return value.name === '' ? 'a function' : `function ${value.name}`
  if (typeof value !== 'object' || value === null) return String(value)
  if (Array.isArray(value)) return 'an array'
  const { constructor } = value
  const isPlain = typeof constructor !== 'function' || constructor === Object
  return isPlain ? 'an object' : `an instance of ${constructor.name}`
}
