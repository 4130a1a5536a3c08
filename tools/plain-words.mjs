// Checks comments, strings, test titles and Markdown against the rules for plain English in plain-words/rules.txt:
// `node tools/plain-words.mjs`, or `node tools/plain-words.mjs packages/core README.md` for a part. The current directory
// is the root of the repository. `--summary` prints the counts only.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { readProse } from './plain-words/prose.mjs'

/** Maximum number of hits per 1,000 lines in a group, listed exceptions included. */
const MAX_DENSITY = 1

/** Groups of files that are counted together. A file belongs to the first group that it matches. */
const GROUPS = [
  { name: 'Markdown', pattern: /\.md$/ },
  {
    name: 'tests',
    pattern: /(?:(?:^|\/)test\/.*|\.test|\.test-d)\.(?:[cm]?[jt]sx?|css|html)$/,
    isTest: true,
  },
  { name: 'packages', pattern: /^packages\/[^/]+\/src\/.*\.(?:[cm]?[jt]sx?|css|html)$/ },
  { name: 'apps', pattern: /^apps\/[^/]+\/src\/.*\.(?:[cm]?[jt]sx?|css|html)$/ },
  {
    name: 'other',
    pattern:
      /(?:^|\/)(?:package|tsconfig[\w.]*|turbo|knip|\.oxlintrc|\.oxfmtrc)\.json$|\.(?:[cm]?[jt]sx?|css|html|ya?ml)$|^\.ci\/run$|^\.npmrc$/,
  },
]

/** Folders that contain no prose of this project: output of tools, published documents, the specification. */
const EXEMPT_FOLDERS =
  /(?:^|\/)(?:node_modules|dist|coverage|golden|\.git|\.turbo)$|^spec$|\/src\/(?:reference\/)?documents$/

/** Generated files. */
const EXEMPT_FILES = /(?:^|\/)(?:CHANGELOG\.md|pnpm-lock\.yaml)$/

/** Reads rules: a regular expression, a tab, the replacement. Lines that start with # are comments. */
export function parseRules(text) {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => {
      const [pattern, suggestion] = line.split('\t')
      // These rules are about names, so they apply to code.
      return { regex: new RegExp(pattern, 'i'), suggestion, isAboutCode: /\bconst\b/.test(pattern) }
    })
}

/** Returns the hits of one file: `{ line, column, words, suggestion, text }`. */
export function findHits(file, text, rules, isTest = false) {
  return readProse(file, text, isTest).flatMap(({ number, prose, code }) =>
    rules.flatMap(({ regex, suggestion, isAboutCode }) => {
      const match =
        regex.exec(prose) ?? (isTest && !isAboutCode ? null : findName(regex.exec(code), isAboutCode))
      if (match === null) return []
      return [{ line: number, column: match.index, words: match[0], suggestion, text: code }]
    }),
  )
}

/** Returns a match in code if it is a name. A match of several words in code is a coincidence, except for declarations. */
function findName(match, isAboutCode) {
  return match !== null && (isAboutCode || !/\s/.test(match[0])) ? match : null
}

/** Returns the exception that covers a hit: the same file, and a text of the line that the hit touches. */
function findException(exceptions, file, { column, words, text }) {
  return exceptions.find((exception) => {
    if (exception.file !== file) return false
    const start = text.indexOf(exception.text)
    return start !== -1 && column < start + exception.text.length && column + words.length > start
  })
}

/**
 * Checks the files of the current directory.
 *
 * @param paths files or folders to limit the check to; an empty list selects all files
 * @returns the hits outside the exceptions, the number of lines and hits per group, and the exceptions that are wrong
 */
export function checkFiles({ rules, exceptions, paths = [] }) {
  const prefixes = paths.map((path) => path.replace(/^\.\//, '').replace(/\/$/, ''))
  const isSelected = (file) =>
    prefixes.length === 0 || prefixes.some((prefix) => file === prefix || file.startsWith(`${prefix}/`))
  const used = new Set()
  const hits = []
  const groups = new Map(GROUPS.map(({ name }) => [name, { lines: 0, hits: 0 }]))
  for (const file of listFiles('.')) {
    const group = GROUPS.find(({ pattern }) => pattern.test(file))
    if (group === undefined || !isSelected(file)) continue
    const count = groups.get(group.name)
    const text = readFileSync(file, 'utf8')
    count.lines += text.split('\n').length
    for (const hit of findHits(file, text, rules, group.isTest)) {
      count.hits += 1
      const exception = findException(exceptions, file, hit)
      if (exception === undefined) hits.push({ file, ...hit })
      else used.add(exception)
    }
  }
  const wrongExceptions = exceptions.filter(
    (exception) => !exception.reason || (isSelected(exception.file) && !used.has(exception)),
  )
  return { hits, groups, wrongExceptions }
}

/** Lists the files below a folder, with / as the separator, in a fixed order. */
function listFiles(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = folder === '.' ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory()) return EXEMPT_FOLDERS.test(path) ? [] : listFiles(path)
      return entry.isFile() && !EXEMPT_FILES.test(path) ? [path] : []
    })
}

function readBeside(name) {
  return readFileSync(new URL(`plain-words/${name}`, import.meta.url), 'utf8')
}

function main() {
  const paths = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
  const missing = paths.find((path) => !existsSync(path))
  if (missing !== undefined) {
    console.error(`plain-words: ${missing} does not exist; pass paths relative to the root of the repository`)
    return 2
  }
  const rules = parseRules(readBeside('rules.txt'))
  const exceptions = JSON.parse(readBeside('exceptions.json'))
  const { hits, groups, wrongExceptions } = checkFiles({ rules, exceptions, paths })
  if (!process.argv.includes('--summary')) {
    for (const { file, line, words, suggestion, text } of hits)
      console.log(`${file}:${line}: "${words.trim()}" -> ${suggestion}\n    ${text.trim()}`)
  }
  for (const { file, text, reason } of wrongExceptions) {
    const problem = reason ? 'matches no hit; remove it' : 'has no reason; add one'
    console.error(`tools/plain-words/exceptions.json: ${JSON.stringify(text)} in ${file} ${problem}`)
  }
  const isPart = paths.length > 0
  let isTooDense = false
  for (const [name, { lines, hits: count }] of groups) {
    if (lines === 0) continue
    const density = (count / lines) * 1000
    if (!isPart && density > MAX_DENSITY) isTooDense = true
    console.log(`${name}: ${count} hits in ${lines} lines, ${density.toFixed(1)} per 1,000`)
  }
  if ([...groups.values()].every(({ lines }) => lines === 0)) {
    console.error('plain-words: found no file to check; run it in the root of the repository')
    return 2
  }
  console.log(`${hits.length} hits outside the ${exceptions.length} listed exceptions`)
  return hits.length > 0 || wrongExceptions.length > 0 || isTooDense ? 1 : 0
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = main()
