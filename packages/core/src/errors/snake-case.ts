/** Returns whether a string has the form of an error code. */
export function isSnakeCase(code: string): boolean {
  return /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/.test(code)
}
