// Finds the prose of a file: the lines that a reader sees, with the code between them blanked out.
import { extname } from 'node:path'
import { Visitor } from 'oxc-parser'
import { parseSource } from '../sources.mjs'

/** Test frameworks' functions whose first argument is a title. */
const TITLED = new Set(['test', 'it', 'describe', 'suite', 'bench', 'property'])

/** Extensions of the files that the parser reads. */
const SOURCES = new Set(['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs'])

/**
 * Separates the prose of a file from its code, line by line. Comments and strings keep their columns and delimiters, and
 * spaces replace the code between them; in the code, spaces replace comments and strings. Markdown and HTML are prose.
 *
 * @param file path of the file, which selects the language
 * @param text contents of the file
 * @param isTest true to keep only comments and test titles as prose, because the other strings of a test are data
 * @returns `{ number, text, prose, code }` per line; the number is 1-based, `text` is the complete line
 */
export function readLines(file, text, isTest = false) {
  const { prose, code } = separate(file, text, isTest)
  const proseLines = prose.split('\n')
  const codeLines = code.split('\n')
  return text.split('\n').map((line, index) => ({
    number: index + 1,
    text: line,
    prose: proseLines[index],
    code: codeLines[index] ?? '',
  }))
}

function separate(file, text, isTest) {
  const extension = extname(file)
  if (extension === '.md' || extension === '.html') return { prose: text, code: '' }
  if (SOURCES.has(extension)) return separateSource(file, text, isTest)
  if (extension === '.json') {
    // Parentheses make it an expression. They keep the line numbers and shift the columns of the first line only.
    const { prose, code } = separateSource(`${file}.ts`, `(${text}\n)`, false)
    return { prose: prose.slice(1), code: code.slice(1) }
  }
  if (extension === '.css') return { prose: keepRanges(text, findMatches(text, /\/\*[^]*?\*\//g)), code: '' }
  // YAML, shell scripts and .npmrc: a comment starts at # and ends with its line.
  const comments = keepRanges(text, findMatches(text, /(?<=^|\s)#.*$/gm))
  return { prose: comments.replaceAll(/^ +#/gm, '#'), code: '' }
}

function separateSource(file, text, isTest) {
  const { program, comments } = parseSource(file, text)
  const strings = findStrings(program)
  return {
    prose: keepRanges(text, [...comments, ...(isTest ? findTitles(program) : strings.prose)]),
    code: blankRanges(text, [...comments, ...strings.prose, ...strings.specifiers]),
  }
}

function findMatches(text, pattern) {
  return [...text.matchAll(pattern)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }))
}

/** Returns the ranges of all strings. Module specifiers are separate, because no reader sees them as prose. */
function findStrings(program) {
  const prose = []
  const specifiers = new Set()
  const addSource = ({ source }) => source && specifiers.add(source)
  new Visitor({
    ImportDeclaration: addSource,
    ExportNamedDeclaration: addSource,
    ExportAllDeclaration: addSource,
    ImportExpression: addSource,
    Literal: (node) => {
      if (typeof node.value === 'string' && !specifiers.has(node)) prose.push(node)
    },
    TemplateLiteral: (node) => prose.push(...findQuasis(node)),
    JSXText: (node) => prose.push(node),
  }).visit(program)
  return { prose, specifiers }
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
  return mapRanges(text, ranges, (inside) => inside, blank)
}

/** Replaces everything inside the ranges by spaces. Line breaks stay. */
function blankRanges(text, ranges) {
  return mapRanges(text, ranges, blank, (outside) => outside)
}

function mapRanges(text, ranges, mapInside, mapOutside) {
  let mapped = ''
  let position = 0
  for (const { start, end } of ranges.toSorted((a, b) => a.start - b.start)) {
    if (start < position) continue
    mapped += mapOutside(text.slice(position, start)) + mapInside(text.slice(start, end))
    position = end
  }
  return mapped + mapOutside(text.slice(position))
}

function blank(text) {
  return text.replaceAll(/[^\n]/g, ' ')
}
