import { errorClasses } from '@faultline/core'
import { expect } from 'vitest'

/** Asserts that a package re-exports every error class of core, as the same class. */
export function expectErrorClasses(exports: Readonly<Record<string, unknown>>): void {
  const classes = Object.values(errorClasses)
  expect(classes.map(({ name }) => exports[name])).toEqual(classes)
}

/** Returns the names of a package's exports that are not error classes. */
export function listOtherExports(exports: Readonly<Record<string, unknown>>): string[] {
  const classes = new Set<unknown>(Object.values(errorClasses))
  return Object.keys(exports)
    .filter((name) => !classes.has(exports[name]))
    .toSorted()
}
