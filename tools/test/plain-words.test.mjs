import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { checkFiles, findDenseGroups, findHits, parseRules } from '../plain-words.mjs'
import { createFolder } from './temporary-folder.mjs'

const rules = parseRules(readFileSync(new URL('../plain-words/rules.txt', import.meta.url), 'utf8'))

/** The matched words of a file, in order. */
function findWords(file, text, isTest) {
  return findHits(file, text, rules, isTest).map(({ words }) => words.trim())
}

describe('the rules', () => {
  test('are regular expressions with a replacement', () => {
    expect(rules.length).toBeGreaterThan(80)
    for (const { suggestion } of rules) expect(suggestion).toMatch(/\S/)
  })

  test('skip empty lines and lines that start with #', () => {
    expect(parseRules('# a comment\n\nfoo\tbar\n')).toEqual([
      { regex: /foo/gi, suggestion: 'bar', isAboutCode: false },
    ])
  })
})

describe('a hit is found in', () => {
  test.for([
    ['a doc comment', 'a.ts', '/** What a handler throws. */', ['/** What']],
    ['a line comment', 'a.ts', 'call() // the value is none', ['is none']],
    ['a comment in the middle of a block', 'a.ts', '/**\n * Nobody reads it.\n */', ['Nobody']],
    ['a string', 'a.ts', "throw new Error('this app has it already')", ['has it already']],
    ['a template literal', 'a.ts', 'const line = `${name} is none`', ['is none']],
    ['text in JSX', 'a.tsx', 'const a = <p>Nobody listens.</p>', ['Nobody']],
    ['JavaScript', 'a.mjs', '// Mends the file.', ['Mends']],
    ['a style sheet', 'a.css', '/* Nobody sees it. */\na { color: red }', ['Nobody']],
    ['Markdown', 'a.md', '## What no adapter can see', ['## What no']],
    ['YAML', 'a.yaml', 'key: 1 # it is none', ['is none']],
    ['a comment of JSON', 'tsconfig.json', '{\n  // It is none.\n  "strict": true\n}', ['is none']],
    ['a string of JSON', 'package.json', '{ "description": "the adapter stands on core" }', ['stands on']],
    ['a declared constant', 'a.ts', 'const MOST_BYTES = 3', ['const MOST_BYTES =']],
    ['a declared variable', 'a.ts', 'const told = read()', ['const told']],
    ['a name of one word', 'a.ts', 'stage.heard.push(1)', ['heard']],
  ])('%s', ([, file, text, words]) => {
    expect(findWords(file, text)).toEqual(words)
  })

  test('every place of a line where one rule matches', () => {
    expect(findWords('a.md', 'Nobody calls, and nobody answers.')).toEqual(['Nobody', 'nobody'])
  })

  test('the title of a test, also of test.each and describe', () => {
    const text = `
      describe('nobody', () => {
        test.each([['someone']])('is told', () => {})
        it.skip(\`is none\`, () => {})
      })`
    expect(findWords('a.test.ts', text, true)).toEqual(['nobody', 'is told', 'is none'])
  })

  test('a variable that a test declares, but not in its strings', () => {
    expect(findWords('a.test.ts', "const told = 'const told = 1'", true)).toEqual(['const told'])
  })

  test('the comments of a test', () => {
    expect(findWords('a.test.ts', '// It is none.', true)).toEqual(['is none'])
  })
})

describe('no hit is found in', () => {
  test.for([
    ['code', 'a.ts', 'if (is.none) of(its, own)'],
    ['a module specifier', 'a.ts', "import { x } from './is none.ts'\nexport * from './is none.ts'"],
    ['a dynamic import', 'a.ts', "await import('is none')"],
    ['code inside a template literal', 'a.ts', 'const a = `${is(none)} ${b.is  .none}`'],
    ['code of YAML', 'a.yaml', 'is: none'],
    ['the name of a file', 'a.css', 'a { color: red }'],
  ])('%s', ([, file, text]) => {
    expect(findWords(file, text)).toEqual([])
  })

  test('the data of a test', () => {
    expect(findWords('a.test.ts', "expect(read('nobody')).toBe('it is none')", true)).toEqual([])
  })

  test.for([
    'The maximum number of bytes of a message.',
    'Returns the first header, or undefined if the header is not set.',
    'There is no way to change the status after the first byte.',
    'What is an envelope?',
    'A text file is sent as text/plain.',
    'See the question of what to log.',
    'The request is no longer in progress.',
    'Every error has a code of its parent class.',
    'Retry-After is the number of seconds until a retry may succeed.',
    'The header tells you how long to wait.',
    'Errors outside the framework’s request handling',
    'It takes the first value for granted.',
    'The connection stays open after the response.',
    'The table is made of JSON.stringify calls.',
    'We intentionally treat null as not set.',
  ])('%s', (sentence) => {
    expect(findWords('a.md', sentence)).toEqual([])
    expect(findWords('a.ts', `/** ${sentence} */\nconst a = ${JSON.stringify(sentence)}`)).toEqual([])
  })
})

describe('the check of files', () => {
  const comment = '// The value is none.\n'
  const plain = '// Returns the value.\n'

  test('counts lines and hits per group', () => {
    const root = createFolder({
      'packages/core/src/a.ts': comment,
      'packages/core/src/deep/b.tsx': plain,
      'packages/core/test/a.test.ts': comment,
      'apps/koa/src/a.ts': comment + comment,
      'tools/a.mjs': plain,
      'README.md': 'It is none.\n',
      '.changeset/a.md': 'It is none.\n',
    })
    const { hits, groups } = checkFiles({ root, rules })
    expect(Object.fromEntries(groups)).toEqual({
      Markdown: { lines: 4, hits: 2 },
      tests: { lines: 2, hits: 1 },
      packages: { lines: 4, hits: 1 },
      apps: { lines: 3, hits: 2 },
      other: { lines: 2, hits: 0 },
    })
    expect(hits.map(({ file, line }) => `${file}:${line}`)).toEqual([
      '.changeset/a.md:1',
      'README.md:1',
      'apps/koa/src/a.ts:1',
      'apps/koa/src/a.ts:2',
      'packages/core/src/a.ts:1',
      'packages/core/test/a.test.ts:1',
    ])
  })

  test('skips published documents, golden files, builds and dependencies', () => {
    const root = createFolder({
      'spec/documented/a.md': comment,
      'packages/reference/src/documents/a.ts': comment,
      'packages/core/test/golden/a.ts': comment,
      'packages/core/dist/a.js': comment,
      'packages/core/CHANGELOG.md': comment,
      'node_modules/a/README.md': comment,
    })
    expect(checkFiles({ root, rules }).hits).toEqual([])
  })

  test('is limited to the given paths', () => {
    const root = createFolder({ 'packages/core/src/a.ts': comment, 'packages/core-b/src/a.ts': comment })
    const { hits } = checkFiles({ root, rules, paths: ['./packages/core/'] })
    expect(hits.map(({ file }) => file)).toEqual(['packages/core/src/a.ts'])
  })

  describe('with an exception', () => {
    const file = 'packages/core/src/a.ts'
    const exception = { file, text: 'value is none', reason: 'a quotation' }

    test('passes over the text in its file, and still counts it', () => {
      const root = createFolder({ [file]: comment, 'packages/core/src/b.ts': comment })
      const { hits, groups, wrongExceptions } = checkFiles({ root, rules, exceptions: [exception] })
      expect(hits.map((hit) => hit.file)).toEqual(['packages/core/src/b.ts'])
      expect(groups.get('packages').hits).toBe(2)
      expect(wrongExceptions).toEqual([])
    })

    test('reports another hit on the same line', () => {
      const root = createFolder({ [file]: '// The value is none, and that is none.\n' })
      const { hits } = checkFiles({ root, rules, exceptions: [exception] })
      expect(hits).toHaveLength(1)
    })

    test('that matches no hit is wrong', () => {
      const root = createFolder({ [file]: plain })
      expect(checkFiles({ root, rules, exceptions: [exception] }).wrongExceptions).toEqual([exception])
    })

    test('without a reason is wrong', () => {
      const root = createFolder({ [file]: comment })
      const withoutReason = { ...exception, reason: '' }
      expect(checkFiles({ root, rules, exceptions: [withoutReason] }).wrongExceptions).toEqual([
        withoutReason,
      ])
    })

    test('outside the given paths is not judged', () => {
      const root = createFolder({ [file]: plain, 'apps/koa/src/a.ts': plain })
      const { wrongExceptions } = checkFiles({ root, rules, exceptions: [exception], paths: ['apps'] })
      expect(wrongExceptions).toEqual([])
    })
  })

  test('allows one hit per 1,000 lines in each group', () => {
    const groups = new Map([
      ['packages', { lines: 1000, hits: 1 }],
      ['apps', { lines: 999, hits: 1 }],
      ['Markdown', { lines: 0, hits: 0 }],
    ])
    expect(findDenseGroups(groups)).toEqual(['apps'])
  })
})

describe('the command', () => {
  function run(files, ...args) {
    const script = fileURLToPath(new URL('../plain-words.mjs', import.meta.url))
    return spawnSync(process.execPath, [script, ...args], { cwd: createFolder(files), encoding: 'utf8' })
  }

  test('prints the place, the words, the replacement and the line, and exits with 1', () => {
    const { status, stdout } = run({ 'packages/core/src/a.ts': '\n// The value is none.\n' }, 'packages')
    expect(stdout).toContain(
      'packages/core/src/a.ts:2: "is none" -> is not one / is not a ...\n    // The value is none.\n',
    )
    expect(stdout).toContain('packages: 1 hits in 3 lines, 333.3 per 1,000\n')
    expect(status).toBe(1)
  })

  test('exits with 0 if nothing is found', () => {
    const { status, stdout, stderr } = run({ 'tools/a.mjs': '// Reads a header.\n' }, 'tools')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toContain('0 hits outside')
  })

  test('exits with 2 for a path that does not exist, and in a folder without files', () => {
    expect(run({ 'a.md': '' }, 'packages/none').stderr).toContain('packages/none does not exist')
    expect(run({ 'a.bin': '' }, '.')).toMatchObject({ status: 2, stdout: '' })
  })
})
