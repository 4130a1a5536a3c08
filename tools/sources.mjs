// Lists and parses the source files that the checks read.
import { readdirSync, readFileSync } from 'node:fs'
import { parseSync } from 'oxc-parser'

/** Folders that no check reads. */
const SKIPPED = new Set(['node_modules', 'dist', 'coverage', '.git', '.turbo'])

/**
 * Lists the files of a folder and its subfolders, with / as the separator, in a fixed order.
 *
 * @param root the folder that the returned paths are relative to
 * @param folder the folder to list; empty for all of `root`
 */
export function listFiles(root, folder = '') {
  return readdirSync(`${root}/${folder}`, { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : listFiles(root, path)
      return entry.isFile() ? [path] : []
    })
}

/** Reads the TypeScript files of packages/*\/src: `{ file, text, package }`. */
export function readPackageSources(root) {
  return listFiles(root, 'packages')
    .map((file) => ({ file, match: /^packages\/([^/]+)\/src\/.*\.tsx?$/.exec(file) }))
    .filter(({ match }) => match !== null)
    .map(({ file, match }) => ({ file, package: match[1], text: readFileSync(`${root}/${file}`, 'utf8') }))
}

/** Parses a source file. @throws Error with the file's name on a syntax error */
export function parseSource(file, text) {
  const result = parseSync(file, text)
  if (result.errors.length > 0) throw new Error(`${file}: cannot be parsed: ${result.errors[0].message}`)
  return result
}
