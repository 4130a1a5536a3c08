import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { measureBundle } from './bundle-size.ts'
import { installProject, type InstalledProject, type Result } from './install-project.ts'

// Each test installs, bundles or starts several processes.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 })

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

describe('a bundle, minified and compressed, has at most', () => {
  const RECOGNITION_AND_LOG = 'recognizers: [recognizeError], onError: logToConsole'

  /** Returns the code that creates a responder from the slim entry. */
  function createResponder(options: string): string {
    return `import { createResponder, logToConsole, recognizeError } from '@faultline/core/slim'
      import { openai } from '@faultline/core/envelopes'
      const responder = createResponder({ envelope: openai, ${options} })\n`
  }

  test('17.0 kB for core with one envelope, without recognition and log', async () => {
    const code = `${createResponder('onError: () => {}')}; export { responder }`
    expect(await measureBundle(folder, code)).toBeLessThanOrEqual(17_000)
  })

  test('27.0 kB for core with one envelope, recognition and log', async () => {
    const code = `${createResponder(RECOGNITION_AND_LOG)}; export { responder }`
    expect(await measureBundle(folder, code)).toBeLessThanOrEqual(27_000)
  })

  test('31.5 kB for an error handler of Express with recognition and log', async () => {
    const code = `${createResponder(RECOGNITION_AND_LOG)}
      import { errorHandler } from '@faultline/express/slim'
      export default errorHandler(responder)`
    expect(await measureBundle(folder, code)).toBeLessThanOrEqual(31_500)
  })

  test('46.2 kB for an app of Express with all envelopes', async () => {
    const code = `import { faultline } from '@faultline/express'
      export default (app) => faultline(app, { envelope: 'openai' })`
    expect(await measureBundle(folder, code)).toBeLessThanOrEqual(46_200)
  })

  test('14.5 kB for a client with one envelope', async () => {
    const code = `import { parseError, retry } from '@faultline/client/slim'
      import { openai } from '@faultline/core/envelopes'
      export default (send) => retry(async () => { throw await parseError(await send(), { envelope: openai }) })`
    expect(await measureBundle(folder, code)).toBeLessThanOrEqual(14_500)
  })

  test.each([
    ['0.8 kB', 'express', 800, ['express']],
    ['2 kB', 'fastify', 2000, ['fastify', 'find-my-way']],
    ['2.5 kB', 'hono', 2500, ['hono']],
    ['2.9 kB', 'koa', 2900, ['koa']],
  ])('%s for the adapter %s without core, node and its framework', async (_, adapter, bytes, framework) => {
    const code = `export { faultline } from '@faultline/${adapter}/slim'`
    const external = [...framework, '@faultline/core', '@faultline/node']
    expect(await measureBundle(folder, code, external)).toBeLessThanOrEqual(bytes)
  })
})

describe('the start of a process', () => {
  const ADAPTERS = ['node', 'express', 'koa', 'fastify', 'hono', 'nestjs'].map((name) => `@faultline/${name}`)

  test.each(ADAPTERS.flatMap((entry) => ['import', 'require'].map((format) => [format, entry] as const)))(
    '%s of %s loads at most 8 files of Faultline',
    async (format, entry) => {
      const result = await project.node('node', 'loaded-files.cjs', format, entry)
      expectSuccess(result)
      const { files, builtIns } = JSON.parse(result.output) as { files: string[]; builtIns: string[] }
      expect(files).toContain(`${entry.replace('@faultline/', '')}/dist/esm/index.js`)
      expect(files.length, files.join('\n')).toBeLessThanOrEqual(8)
      // An import of it loads the WebSocket client of Node.js.
      expect(builtIns).not.toContain('node:http')
    },
  )
})
