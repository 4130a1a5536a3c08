/** Maximum number of characters of a name. */
const MAX_NAME_LENGTH = 128
/** A name that is in snake_case already. */
const SNAKE_CASE = /^[a-z\d_]{1,128}$/

/**
 * Converts a provider's name for an error, such as `ThrottlingException` or `RESOURCE_EXHAUSTED`, to snake_case. AWS
 * puts a namespace and a `#` before it, and a colon and a URL after it; they are removed.
 */
export function toSnakeCase(name: string): string {
  if (SNAKE_CASE.test(name)) return name
  return name
    .slice(0, MAX_NAME_LENGTH)
    .replace(/^.*#/, '')
    .replace(/:.*$/s, '')
    .replaceAll(/([a-z\d])([A-Z])/g, '$1_$2')
    .replaceAll(/[\s.-]+/g, '_')
    .toLowerCase()
}
