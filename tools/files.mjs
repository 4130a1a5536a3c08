import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Path of the root of the repository, with a slash at the end. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Folders without files of the project. */
const SKIPPED = new Set(['node_modules', 'dist', 'coverage', '.git', '.turbo'])

/**
 * Lists the files of a folder and its subfolders, with / as the separator, in a fixed order.
 *
 * @param root the folder that the returned paths are relative to
 * @param folder the folder to list, relative to `root`; empty for all of `root`
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
