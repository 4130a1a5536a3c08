import { existsSync } from 'node:fs'

/** Returns the entries of a package: the keys of its `exports` that have code. */
export function listEntries({ exports = {} }) {
  return Object.keys(exports).filter((entry) => entry !== './package.json')
}

/** Returns the path of an entry's module below src and dist, without its extension. */
export function findEntryModule(folder, entry) {
  const name = entry === '.' ? 'index' : entry.slice('./'.length)
  const found = [name, `${name}/index`].find((path) => existsSync(`${folder}/src/${path}.ts`))
  if (found === undefined) throw new Error(`${folder}: no source for the entry ${entry}; add src/${name}.ts`)
  return found
}
