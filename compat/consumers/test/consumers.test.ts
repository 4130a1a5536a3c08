import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { installProject, type InstalledProject, type Result } from './install-project.ts'

/** The oldest Node.js that the packages support. */
const OLDEST_NODE = '20.19.0'

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'faultline-consumers-')))
let project: InstalledProject

beforeAll(async () => {
  project = await installProject(folder)
})

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** Fails with the output of a program that did not exit with 0. */
function expectSuccess({ code, output }: Result): void {
  if (code !== 0) throw new Error(`exit code ${code}\n${output}`)
}

test('the packages have entries, and each package with a library has one at its root', () => {
  expect(project.entries).toContain('@faultline/core')
  expect(project.entries.length).toBeGreaterThan(12)
})

test(`every entry can be required on Node.js ${OLDEST_NODE}, where import gives the same module`, async () => {
  expectSuccess(await project.nodeVersion(OLDEST_NODE, 'node', '--test', 'entries.test.cjs', 'app.test.cjs'))
})

test('every entry can be required on the newest Node.js, where import gives the same module', async () => {
  expectSuccess(await project.node('node', '--test', 'entries.test.cjs', 'app.test.cjs'))
})

test('an ES module copy and a CommonJS copy work together in one process', async () => {
  expectSuccess(
    await project.node('node', '--import', './no-module-sync.mjs', '--test', 'two-copies.test.mjs'),
  )
})

test('Jest requires every entry without configuration', async () => {
  expectSuccess(await project.node('jest', '../node_modules/jest/bin/jest.js'))
})

test.each(['nest', 'nest-commonjs'])('ts-jest runs the tests of the Nest project %s', async (name) => {
  expectSuccess(await project.node(name, '../node_modules/jest/bin/jest.js'))
})

test('Vitest imports every entry', async () => {
  expectSuccess(await project.node('vitest', '../node_modules/vitest/vitest.mjs', 'run'))
})

/** An error of a type package itself: @types/koa 3.0.3 does not compile beside content-disposition 2. */
const KOA_TYPES = /^\.\.\/node_modules\/@types\/koa\/index\.d\.ts\(.* error TS2694: .*\n/gm

test.each([
  ['typescript', 'node16'],
  ['typescript', 'commonjs'],
  ['typescript7', 'node16'],
  ['typescript7', 'commonjs'],
])('%s compiles a CommonJS project with every entry and module %s', async (compiler, module) => {
  const config = `tsconfig.${module}.json`
  const { output } = await project.node('typescript', `../node_modules/${compiler}/bin/tsc`, '-p', config)
  expect(output.replace(KOA_TYPES, '')).toBe('')
})

test(`the command line runs on Node.js ${OLDEST_NODE}`, async () => {
  const result = await project.nodeVersion(OLDEST_NODE, 'node', '../node_modules/.bin/faultline', 'list')
  expectSuccess(result)
  expect(result.output).toContain('rate_limit_exceeded')
})
