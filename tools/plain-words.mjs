// Checks comments, strings, test titles, names and Markdown against the rules for plain English in
// plain-words/rules.txt: `node tools/plain-words.mjs`, or `node tools/plain-words.mjs packages/core README.md` for a part.
// The current directory is the root of the repository. `--summary` prints the counts only.
import { existsSync, readFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { listFiles } from './files.mjs'
import { readLines } from './plain-words/prose.mjs'

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

/** Files that are not in the project's own words: published documents, the specification, output of tools. */
const EXEMPT =
  /^spec\/|\/golden\/|\/src\/(?:reference\/)?documents\/|(?:^|\/)(?:CHANGELOG\.md|pnpm-lock\.yaml)$/

/** Reads rules: a regular expression, a tab, the replacement. Lines that start with # are comments. */
export function parseRules(text) {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => {
      const [pattern, suggestion] = line.split('\t')
      // These rules are about names, so they apply to code.
      return { regex: new RegExp(pattern, 'gi'), suggestion, isAboutCode: pattern.includes('const') }
    })
}

/** Returns the hits of one file: `{ line, column, words, suggestion, text }`. */
export function findHits(file, text, rules, isTest = false) {
  return readLines(file, text, isTest).flatMap((line) =>
    rules.flatMap(({ regex, suggestion, isAboutCode }) =>
      [...line.prose.matchAll(regex), ...findNames(line.code, regex, isAboutCode, isTest)].map(
        ({ 0: words, index: column }) => ({ line: line.number, column, words, suggestion, text: line.text }),
      ),
    ),
  )
}

/**
 * Returns the matches in code. A name is one word, so a match of several words is a coincidence, except for a rule that is
 * about code. Of the names in tests, only those that such a rule matches are reported.
 */
function findNames(code, regex, isAboutCode, isTest) {
  if (isAboutCode) return code.matchAll(regex)
  return isTest ? [] : [...code.matchAll(regex)].filter(([words]) => !/\s/.test(words))
}

/** Returns the exception that covers a hit: the same file, and its text touches the hit. */
function findException(exceptions, file, { column, words, text }) {
  return exceptions.find((exception) => {
    if (exception.file !== file) return false
    const start = text.indexOf(exception.text)
    return start !== -1 && column < start + exception.text.length && column + words.length > start
  })
}

/**
 * Checks the files of a repository.
 *
 * @param root path of the repository
 * @param paths files or folders to limit the check to; an empty list selects all files
 * @returns the hits outside the exceptions, the number of lines and hits per group, and the exceptions that are wrong
 */
export function checkFiles({ root, rules, exceptions = [], paths = [] }) {
  const prefixes = paths.map((path) => relative(root, resolve(root, path)).replaceAll('\\', '/'))
  const isSelected = (file) =>
    prefixes.length === 0 ||
    prefixes.some((prefix) => prefix === '' || file === prefix || file.startsWith(`${prefix}/`))
  const used = new Set()
  const hits = []
  const groups = new Map(GROUPS.map(({ name }) => [name, { lines: 0, hits: 0 }]))
  for (const file of listFiles(root)) {
    const group = GROUPS.find(({ pattern }) => pattern.test(file))
    if (group === undefined || EXEMPT.test(file) || !isSelected(file)) continue
    const count = groups.get(group.name)
    const text = readFileSync(`${root}/${file}`, 'utf8')
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

/** Returns the names of the groups with more hits per 1,000 lines than allowed, listed exceptions included. */
export function findDenseGroups(groups) {
  return [...groups].filter(([, { lines, hits }]) => hits * 1000 > lines * MAX_DENSITY).map(([name]) => name)
}

function readBeside(name) {
  return readFileSync(new URL(`plain-words/${name}`, import.meta.url), 'utf8')
}

function main() {
  const root = process.cwd()
  const { values, positionals: paths } = parseArgs({
    options: { summary: { type: 'boolean' } },
    allowPositionals: true,
  })
  const missing = paths.find((path) => !existsSync(path))
  if (missing !== undefined) {
    console.error(`plain-words: ${missing} does not exist; pass a path below the current directory`)
    return 2
  }
  const rules = parseRules(readBeside('rules.txt'))
  const exceptions = JSON.parse(readBeside('exceptions.json'))
  const { hits, groups, wrongExceptions } = checkFiles({ root, rules, exceptions, paths })
  const counted = [...groups].filter(([, { lines }]) => lines > 0)
  if (counted.length === 0) {
    console.error('plain-words: found no file to check; run it in the root of the repository')
    return 2
  }
  if (!values.summary) {
    for (const { file, line, words, suggestion, text } of hits)
      console.log(`${file}:${line}: "${words.trim()}" -> ${suggestion}\n    ${text.trim()}`)
  }
  for (const { file, text, reason } of wrongExceptions) {
    const problem = reason ? 'matches no hit; remove it' : 'has no reason; add one'
    console.error(`tools/plain-words/exceptions.json: ${JSON.stringify(text)} in ${file} ${problem}`)
  }
  for (const [name, { lines, hits: count }] of counted)
    console.log(`${name}: ${count} hits in ${lines} lines, ${((count / lines) * 1000).toFixed(1)} per 1,000`)
  console.log(`${hits.length} hits outside the ${exceptions.length} listed exceptions`)
  // A small part of the repository may consist of exceptions.
  const dense = paths.length === 0 ? findDenseGroups(groups) : []
  for (const name of dense)
    console.error(
      `plain-words: ${name} has more than ${MAX_DENSITY} hit per 1,000 lines; rewrite some exceptions`,
    )
  return hits.length + wrongExceptions.length + dense.length > 0 ? 1 : 0
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = main()
