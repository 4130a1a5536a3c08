import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { execPath } from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import parser from '@typescript-eslint/parser'
import { ESLint } from 'eslint'
import { afterAll, expect, test } from 'vitest'
import faultline, { configs } from '../src/index.ts'

const FIXTURES = fileURLToPath(new URL('fixtures', import.meta.url))
const SNIPPETS = fileURLToPath(new URL('snippets', import.meta.url))

const EXPECTED = [
  ['faultline/require-error-description', 6],
  ['faultline/require-error-description', 6],
  ['faultline/no-template-in-message', 14],
  ['faultline/no-error-status', 15],
  ['faultline/no-untyped-throw', 20],
]

const folder = mkdtempSync(join(tmpdir(), 'faultline-lint-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('ESLint reports each fault of a file with the recommended configuration', async () => {
  const eslint = new ESLint({
    cwd: FIXTURES,
    overrideConfigFile: true,
    overrideConfig: [{ files: ['**/*.ts'], languageOptions: { parser } }, configs.recommended],
  })
  const [result] = await eslint.lintFiles('orders.ts')
  expect(result?.messages.map(({ ruleId, line }) => [ruleId, line])).toEqual(EXPECTED)
})

test('the configuration of the README is valid', async () => {
  const eslint = new ESLint({ overrideConfigFile: join(SNIPPETS, 'eslint.config.js') })
  const [result] = await eslint.lintText("app.get('/x', () => { throw 'x' })")
  expect(result?.messages.map(({ ruleId }) => ruleId)).toEqual(['faultline/no-untyped-throw'])
})

test('Oxlint reports the same as a JavaScript plugin', async () => {
  const config = join(folder, 'oxlintrc.json')
  const plugin = fileURLToPath(new URL('../dist/esm/index.js', import.meta.url))
  const { rules } = configs.recommended
  writeFileSync(
    config,
    JSON.stringify({
      categories: { correctness: 'off' },
      jsPlugins: [{ name: 'faultline', specifier: plugin }],
      rules,
    }),
  )
  const oxlint = join(dirname(createRequire(import.meta.url).resolve('oxlint/package.json')), 'bin/oxlint')
  const output = await promisify(execFile)(
    execPath,
    [oxlint, '-c', config, '--format', 'json', 'orders.ts'],
    {
      cwd: FIXTURES,
    },
  ).catch((error: { stdout: string }) => error)
  const { diagnostics } = JSON.parse(output.stdout) as {
    diagnostics: { code: string; labels: { span: { line: number } }[] }[]
  }
  const found = diagnostics.map(({ code, labels: [label] }) => [
    code.replace(/^(.+)\((.+)\)$/, '$1/$2'),
    label?.span.line,
  ])
  expect(found.toSorted((a, b) => Number(a[1]) - Number(b[1]))).toEqual(EXPECTED)
})

test('the default export is the plugin, with its rules documented in the README', () => {
  expect(faultline.meta).toEqual({ name: '@faultline/eslint-plugin', namespace: 'faultline' })
  for (const [name, rule] of Object.entries(faultline.rules ?? {})) {
    expect(configs.recommended.rules).toHaveProperty([`faultline/${name}`], 'error')
    expect(rule.meta?.docs?.url?.endsWith(`#${name}`)).toBe(true)
  }
})
