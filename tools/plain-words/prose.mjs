// Finds the prose of a file: the lines that a reader sees, with the code between them blanked out.
import { extname } from 'node:path'
import { Visitor } from 'oxc-parser'
import { parseSource } from '../sources.mjs'

/** Test frameworks' functions whose first argument is a title. */
const TITLED = new Set(['test', 'it', 'describe', 'suite', 'bench', 'property'])

/** Extensions of the files that the parser reads. */
const SOURCES = new Set(['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs'])

/**
 * Returns the lines of a file as prose. Comments and strings keep their columns, their delimiters included; code becomes
 * spaces. Markdown is prose as a whole. Each line has its 1-based number.
 *
 * @param file path of the file, which selects the language
 * @param text contents of the file
 * @param isTest true to keep only comments and test titles, because the other strings of a test are data
 * @returns `{ number, prose, code }` per line; `code` is the complete line
 */
export function readProse(file, text, isTest = false) {
  const lines = text.split('\n')
  const prose = maskCode(file, text, isTest).split('\n')
  return lines.map((code, index) => ({ number: index + 1, prose: prose[index], code }))
}

function maskCode(file, text, isTest) {
  const extension = extname(file)
  if (extension === '.md' || extension === '.html') return text
  if (extension === '.css') return keepRanges(text, findMatches(text, /\/\*[^]*?\*\//g))
  if (extension === '.json') return keepRanges(text, findJsonRanges(file, text))
  if (SOURCES.has(extension)) return keepRanges(text, findRanges(file, text, isTest))
  // YAML, shell scripts and .npmrc: a comment starts at # and ends with its line.
  return keepRanges(text, findMatches(text, /(?<=^|\s)#.*$/gm)).replaceAll(/^ +#/gm, '#')
}

function findMatches(text, pattern) {
  return [...text.matchAll(pattern)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }))
}

/** Returns the ranges of a JSON file with comments. Parentheses make it an expression; the offset is taken off again. */
function findJsonRanges(file, text) {
  return findRanges(`${file}.ts`, `(${text}\n)`, false).map(({ start, end }) => ({
    start: start - 1,
    end: end - 1,
  }))
}

function findRanges(file, text, isTest) {
  const { program, comments } = parseSource(file, text)
  return [...comments, ...(isTest ? findTitles(program) : findStrings(program))]
}

/** Returns the ranges of all strings, without module specifiers. */
function findStrings(program) {
  const ranges = []
  const specifiers = new Set()
  const skipSource = ({ source }) => source && specifiers.add(source)
  new Visitor({
    ImportDeclaration: skipSource,
    ExportNamedDeclaration: skipSource,
    ExportAllDeclaration: skipSource,
    ImportExpression: skipSource,
    Literal: (node) => {
      if (typeof node.value === 'string' && !specifiers.has(node)) ranges.push(node)
    },
    TemplateLiteral: (node) => ranges.push(...findQuasis(node)),
    JSXText: (node) => ranges.push(node),
  }).visit(program)
  return ranges
}

/** Returns the fixed parts of a template literal, with their delimiters. */
function findQuasis({ start, end, quasis }) {
  return quasis.map((quasi, index) => ({
    start: index === 0 ? start : quasi.start - 1,
    end: index === quasis.length - 1 ? end : quasi.end + 2,
  }))
}

function findTitles(program) {
  const ranges = []
  new Visitor({
    CallExpression: ({ callee, arguments: [title] }) => {
      if (title === undefined || !TITLED.has(findFunctionName(callee))) return
      if (title.type === 'Literal' && typeof title.value === 'string') ranges.push(title)
      if (title.type === 'TemplateLiteral') ranges.push(...findQuasis(title))
    },
  }).visit(program)
  return ranges
}

/** Returns `test` for the callees `test`, `test.only` and `test.each(rows)`. */
function findFunctionName(callee) {
  let node = callee
  while (node !== null && node !== undefined) {
    if (node.type === 'Identifier') return node.name
    node = node.type === 'MemberExpression' ? node.object : (node.callee ?? node.tag)
  }
  return undefined
}

/** Replaces everything outside the ranges by spaces. Line breaks stay. */
function keepRanges(text, ranges) {
  let kept = ''
  let position = 0
  for (const { start, end } of ranges.toSorted((a, b) => a.start - b.start)) {
    if (start < position) continue
    kept += blank(text.slice(position, start)) + text.slice(start, end)
    position = end
  }
  return kept + blank(text.slice(position))
}

function blank(text) {
  return text.replaceAll(/[^\n]/g, ' ')
}
