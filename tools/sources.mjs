// Reads and parses the source files that the checks of this folder judge.
import { readFileSync } from 'node:fs'
import { parseSync } from 'oxc-parser'
import { listFiles } from './files.mjs'

/** Reads the TypeScript files of packages/*\/src: `{ file, text, package }`. */
export function readPackageSources(root) {
  return listFiles(root, 'packages')
    .map((file) => ({ file, match: /^packages\/([^/]+)\/src\/.*\.tsx?$/.exec(file) }))
    .filter(({ match }) => match !== null)
    .map(({ file, match }) => ({ file, package: match[1], text: readFileSync(`${root}/${file}`, 'utf8') }))
}

/** Parses a source file. @throws Error that names the file and the first syntax error */
export function parseSource(file, text) {
  const result = parseSync(file, text)
  if (result.errors.length > 0) throw new Error(`${file}: cannot be parsed: ${result.errors[0].message}`)
  return result
}
