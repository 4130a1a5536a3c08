import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { checkStructure } from '../structure.mjs'
import { ROOT } from '../files.mjs'
import { createFolder } from './temporary-folder.mjs'

/** The manifest of a package with runtime dependencies. */
function createManifest(name, ...dependencies) {
  return JSON.stringify({ name, dependencies: Object.fromEntries(dependencies.map((each) => [each, '1'])) })
}

const base = {
  'packages/core/package.json': createManifest('@faultline/core'),
  'packages/node/package.json': createManifest('@faultline/node', '@faultline/core'),
  'packages/core/src/http/status.ts': 'export const OK = 200',
  'packages/core/src/errors/api-error.ts': "import { OK } from '../http/status.ts'\nexport const a = OK",
  'packages/core/src/respond/responder.ts': "export { a } from '../errors/api-error.ts'",
  'packages/core/src/recognize/http-errors.ts': 'export const express = 1',
  'packages/core/src/index.ts': "export * from './respond/responder.ts'",
  'packages/core/src/web.ts': "export * from './index.ts'",
  'packages/node/src/index.ts': "import 'node:http'\nexport { a } from '@faultline/core'",
}

/** The problems that files add to the base, by their first lines. */
function check(files, allowedNames = []) {
  return checkStructure(createFolder({ ...base, ...files }), allowedNames).map((each) => each.split('\n')[0])
}

test('packages of the described layout have no problem', () => {
  expect(check({})).toEqual([])
})

describe('a package', () => {
  test('imports only the packages that the table allows it', () => {
    const files = {
      'packages/client/package.json': createManifest('@faultline/client'),
      'packages/client/src/index.ts':
        "import type { A } from '@faultline/node/stream'\nexport const a: A = 1",
    }
    expect(check(files)).toEqual([
      'packages/client/src/index.ts:1: imports @faultline/node; packages/client may import core',
    ])
  })

  test('depends only on the packages that the table allows it', () => {
    const files = { 'packages/client/package.json': createManifest('@faultline/client', '@faultline/node') }
    expect(check(files)).toEqual([
      'packages/client/package.json: depends on @faultline/node, which is not allowed',
    ])
  })

  test('imports itself and libraries', () => {
    const files = {
      'packages/openapi/package.json': createManifest('@faultline/openapi', '@faultline/core', 'yaml'),
      'packages/openapi/src/index.ts': "import 'yaml'\nimport '@faultline/openapi/schema'",
    }
    expect(check(files)).toEqual([])
  })

  test('imports no file of another package', () => {
    const files = { 'packages/node/src/send.ts': "export * from '../../core/src/index.ts'" }
    expect(check(files)).toEqual([
      'packages/node/src/send.ts:1: imports ../../core/src/index.ts, a file outside its package; import the package by name',
    ])
  })

  test('is in the table', () => {
    expect(check({ 'packages/other/package.json': createManifest('other') })).toEqual([
      'packages/other/package.json: tools/structure.mjs does not list packages/other; add it to PACKAGES',
    ])
  })
})

describe('core and node', () => {
  test('import no library, also not in a dynamic import or for its types', () => {
    const files = {
      'packages/node/src/a.ts':
        "import type { FastifyInstance } from 'fastify'\nexport const a = () => import('find-my-way')",
      'packages/core/package.json': createManifest('@faultline/core', 'zod'),
    }
    expect(check(files)).toEqual([
      'packages/core/package.json: depends on zod; packages/core depends on no other library',
      'packages/node/src/a.ts:1: imports fastify; packages/node imports no other library',
      'packages/node/src/a.ts:2: imports find-my-way; packages/node imports no other library',
    ])
  })
})

describe('a folder of core', () => {
  test('imports only lower layers', () => {
    const files = { 'packages/core/src/http/headers.ts': "import type { A } from '../errors/api-error.ts'" }
    expect(check(files)).toEqual([
      'packages/core/src/http/headers.ts:1: http imports errors, which is not in a lower layer',
    ])
  })

  test('does not import a folder of its layer', () => {
    const files = { 'packages/core/src/envelopes/openai.ts': "\nexport * from '../recognize/http-errors.ts'" }
    expect(check(files)).toEqual([
      'packages/core/src/envelopes/openai.ts:2: envelopes imports recognize, which is not in a lower layer',
    ])
  })

  test('imports its own files', () => {
    const files = { 'packages/core/src/http/deep/headers.ts': "export * from '../status.ts'" }
    expect(check(files)).toEqual([])
  })

  test('is one of the layers', () => {
    expect(check({ 'packages/core/src/utils.ts': '' })).toEqual([
      'packages/core/src/utils.ts: is in no layer of core; move it to a folder',
    ])
  })
})

describe('core names no framework', () => {
  const file = 'packages/core/src/http/headers.ts'

  test.for([
    '// As in Express.',
    'const isKoaContext = 1',
    "const a = '@nestjs/common'",
    'const HONO_KEY = 1',
    '// fastifyError',
  ])('in %s', (text) => {
    expect(check({ [file]: text })).toEqual([
      expect.stringMatching(/headers\.ts:1: names \w+; only recognize/),
    ])
  })

  test.for([
    '// An expression.',
    'const isNested = 1',
    '// It expresses a nested value.',
    'const honored = 1',
  ])('and passes %s', (text) => {
    expect(check({ [file]: text })).toEqual([])
  })

  test('except at listed places, which must exist', () => {
    const allowed = { file, text: 'like Express', reason: 'a comparison' }
    expect(check({ [file]: '// like Express' }, [allowed])).toEqual([])
    expect(check({ [file]: '// like Koa' }, [allowed])).toHaveLength(2)
    expect(check({}, [allowed])).toEqual([
      `${file}: does not contain "like Express"; remove it from the allowed names`,
    ])
  })
})

test('an adapter has its three files', () => {
  const files = {
    'packages/koa/package.json': createManifest('@faultline/koa'),
    'packages/koa/src/index.ts': '',
    'packages/koa/src/internals.ts': '',
  }
  expect(check(files)).toEqual([
    'packages/koa/src/install.ts: does not exist; every adapter has index.ts, install.ts, internals.ts',
  ])
})

describe('oxlint, with the settings of this repository, reports', () => {
  function lint(files) {
    const folder = createFolder(files)
    const { stdout } = spawnSync(
      'node_modules/.bin/oxlint',
      ['-c', '.oxlintrc.json', '--format=unix', folder],
      {
        cwd: ROOT,
        encoding: 'utf8',
      },
    )
    return stdout
  }

  test('a cycle of imports, type imports included', () => {
    const output = lint({
      'a.ts': "import type { B } from './b.ts'\n\nexport type A = B | 1\n",
      'b.ts': "import type { A } from './a.ts'\n\nexport type B = A | 2\n",
    })
    expect(output).toMatch(/import\(no-cycle\)/)
  })

  test('a Node built-in in core', () => {
    const text =
      "import { isIP } from 'node:net'\n\nexport const isAddress = (text: string): boolean => isIP(text) !== 0\n"
    expect(lint({ 'packages/core/src/a.ts': text })).toMatch(/no-nodejs-modules/)
    expect(lint({ 'packages/node/src/a.ts': text })).not.toMatch(/no-nodejs-modules/)
  })
})
