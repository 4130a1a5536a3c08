// Prints ten source files for a review by someone who does not know the project: `node tools/review-sample.mjs`. The
// files are drawn at random, seeded with the id of a commit, so that a reviewer can draw the same ones again:
// `node tools/review-sample.mjs COMMIT`.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { ROOT } from './files.mjs'

const PACKAGES = ['core', 'node', 'nestjs', 'upstream', 'testing']
const SAMPLE_SIZE = 10

/** Orders files by the hash of the seed and their path, and returns the first ones, sorted by path. */
export function drawFiles(files, seed, count) {
  const rank = (file) => createHash('sha256').update(`${seed} ${file}`).digest('hex')
  return files
    .map((file) => ({ file, hash: rank(file) }))
    .toSorted((a, b) => (a.hash < b.hash ? -1 : 1))
    .slice(0, count)
    .map(({ file }) => file)
    .toSorted()
}

function git(...args) {
  return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim()
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const commit = git('rev-parse', process.argv[2] ?? 'HEAD')
  const folders = PACKAGES.map((name) => `packages/${name}/src`)
  const files = git('ls-tree', '-r', '--name-only', commit, ...folders).split('\n')
  // An index file has no functions.
  const candidates = files.filter((file) => file.endsWith('.ts') && !file.endsWith('/index.ts'))
  console.log(drawFiles(candidates, commit, SAMPLE_SIZE).join('\n'))
}
