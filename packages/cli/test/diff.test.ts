import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { fixture, runCli } from './run-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'faultline-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, content: unknown): string {
  const path = join(folder, name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

interface DiffResult {
  readonly kind: string
  readonly breaking: number
  readonly harmless: number
  readonly changes: { rule: string; what: string; isBreaking: boolean; where: string[]; why: string }[]
}

async function createCatalog(...args: string[]): Promise<string> {
  return (await runCli(['list', '--json', ...args])).out
}

describe('diff of catalogs', () => {
  test('reports no changes for equal catalogs', async () => {
    const same = file('same.json', await createCatalog())
    expect(await runCli(['diff', same, same])).toEqual({ code: 0, out: 'No changes.\n', err: '' })
  })

  test('lists breaking changes first, by rule with the reason, and exits with 1', async () => {
    const old = file('old.json', await createCatalog('model_not_found', 'rate_limit_exceeded', 'conflict'))
    const now = (await createCatalog('rate_limit_exceeded', 'conflict', 'gone')).replace(
      '"status": 429',
      '"status": 503',
    )
    const { code, out } = await runCli(['diff', old, '-'], now)
    expect(code).toBe(1)
    expect(out).toMatch(
      /^Breaking: 2\n {2}code-removed {2}Clients that handle this code no longer receive it/,
    )
    expect(out).toContain('    model_not_found: was MODEL_NOT_FOUND\n')
    expect(out).toContain('    rate_limit_exceeded: was 429, is 503\n')
    expect(out).toMatch(/\nNot breaking: 1\n {2}code-added {2}.*\n {4}gone: is GONE\n$/)
  })

  test('renders the errors of a module in the envelope of the other catalog', async () => {
    const committed = file('committed.json', await createCatalog('--envelope', 'openai'))
    const { code, out } = await runCli(['diff', committed, fixture('errors.ts'), '--json'])
    expect(code).toBe(0)
    const { kind, breaking, changes } = JSON.parse(out) as DiffResult
    expect([kind, breaking]).toEqual(['catalog', 0])
    expect(changes.map(({ rule, what }) => [rule, what])).toEqual([['code-added', 'out_of_credits']])
  })
})

describe('diff of OpenAPI documents', () => {
  test('reads YAML and JSON', async () => {
    const { code, out } = await runCli([
      'diff',
      fixture('openapi.yaml'),
      file('now.yaml', 'openapi: 3.1.0\ninfo: { title: x, version: "1" }\npaths: {}\n'),
      '--json',
    ])
    const { kind, changes } = JSON.parse(out) as DiffResult
    expect([code, kind]).toEqual([1, 'openapi'])
    expect(changes.map(({ rule, what }) => `${rule} ${what}`)).toEqual([
      'operation-removed POST /v1/chats/{chat}/messages',
      'operation-removed GET /v1/models/{model}',
      'operation-removed DELETE /v1/models/{model}',
    ])
  })

  test('compares the output of `faultline openapi`', async () => {
    const printDocument = async (...codes: string[]) => (await runCli(['openapi', ...codes])).out
    const old = file('responses.json', await printDocument('model_not_found', 'conflict'))
    const { code, out } = await runCli(['diff', old, '-', '--json'], await printDocument('model_not_found'))
    expect(code).toBe(1)
    expect((JSON.parse(out) as DiffResult).changes).toMatchObject([
      { rule: 'response-removed', what: '409', before: ['conflict'] },
    ])
  })

  test('compares large documents with recursive schemas', async () => {
    const responses = Object.fromEntries(
      [400, 401, 404, 409, 422, 429, 500].map((status) => [
        status,
        {
          description: 'It failed. '.repeat(30),
          content: {
            'application/json': {
              schema: {
                type: 'object',
                required: ['error'],
                properties: {
                  error: { enum: [`code_${status}`, 'other'] },
                  of: { $ref: '#/components/schemas/Deep' },
                },
              },
            },
          },
        },
      ]),
    )
    const paths = Object.fromEntries(
      Array.from({ length: 1000 }, (_, index) => [`/v1/things${index}/{id}`, { get: { responses } }]),
    )
    const properties = { in: { $ref: '#/components/schemas/Deep' }, name: { type: 'string' } }
    const text = JSON.stringify({
      openapi: '3.1.0',
      paths,
      components: { schemas: { Deep: { type: 'object', properties } } },
    })
    expect(text.length).toBeGreaterThan(3_000_000)
    const old = file('large.json', text)
    const now = text.replaceAll('code_429', 'code_430')
    const { changes } = JSON.parse((await runCli(['diff', old, '-', '--json'], now)).out) as DiffResult
    expect(changes.map(({ rule, where }) => [rule, where.length])).toEqual([
      ['value-removed', 1000],
      ['value-added', 1000],
    ])
  }, 30_000)
})

describe('invalid input', () => {
  const validDocument = file('ok.json', { openapi: '3.1.0', paths: {} })
  const createDocument = (responses: object): object => ({
    openapi: '3.1.0',
    paths: { '/a': { get: { responses } } },
  })
  const createResponses = (schema: unknown): object => ({
    400: { content: { 'application/json': { schema } } },
  })
  test.each<[string, string[], RegExp]>([
    ['a missing file', [join(folder, 'none.json'), validDocument], /cannot read .*none\.json: ENOENT/],
    [
      'an unreachable URL',
      ['http://127.0.0.1:1/a.json', validDocument],
      /cannot fetch http:\/\/127\.0\.0\.1:1\/a\.json: /,
    ],
    ['invalid JSON', [file('bad.json', '{'), validDocument], /bad\.json is not valid JSON: /],
    ['invalid YAML', [file('bad.yaml', 'a: [1'), validDocument], /bad\.yaml is not valid YAML: /],
    [
      'an unrelated object',
      [file('other.json', {}), validDocument],
      /other\.json is neither a catalog, .* nor an OpenAPI document/,
    ],
    ['an array', [file('list.json', []), validDocument], /list\.json is neither a catalog/],
    [
      'Swagger 2',
      [file('two.json', { swagger: '2.0' }), validDocument],
      /two\.json is Swagger "2\.0"; convert it to OpenAPI 3 first/,
    ],
    [
      'OpenAPI 4',
      [file('four.json', { openapi: '4.0.0', paths: {} }), validDocument],
      /four\.json is OpenAPI "4\.0\.0"; only 3\.0 and 3\.1/,
    ],
    ['standard input twice', ['-', '-'], /Only one of <old> and <new> can be '-'/],
    [
      'a document and a catalog',
      [validDocument, file('one.json', { envelope: 'a', contentType: 'b', schema: {}, errors: [] })],
      /Cannot compare an OpenAPI document with a catalog; pass two catalogs or two OpenAPI documents/,
    ],
    [
      'a catalog with an invalid member',
      [
        file('wrong.json', {
          envelope: 'a',
          contentType: 'b',
          schema: {},
          errors: [{ code: 'x', wire: 'X', status: '4' }],
        }),
        validDocument,
      ],
      /wrong\.json is not a catalog: errors\[0\]\.status is "4"/,
    ],
    [
      'a dangling reference',
      [file('lost.json', createDocument({ 400: { $ref: '#/components/responses/No' } })), validDocument],
      /lost\.json: .*refers to #\/components\/responses\/No, which does not exist/,
    ],
    [
      'an external reference',
      [file('out.json', createDocument({ 400: { $ref: 'other.yaml#/a' } })), validDocument],
      /out\.json: .*refers to other\.yaml#\/a, which is outside the document; bundle the files first/,
    ],
    [
      'a circular reference',
      [
        file('circle.json', {
          ...createDocument({ 400: { $ref: '#/components/responses/A' } }),
          components: { responses: { A: { $ref: '#/components/responses/A' } } },
        }),
        validDocument,
      ],
      /circle\.json: .*is a circular reference/,
    ],
    [
      'a schema that is a part of itself',
      [
        file('self.json', {
          ...createDocument(createResponses({ $ref: '#/components/schemas/A' })),
          components: { schemas: { A: { allOf: [{ $ref: '#/components/schemas/A' }] } } },
        }),
        file('self2.json', createDocument(createResponses({ type: 'object' }))),
      ],
      /self\.json: .*is a circular reference/,
    ],
    [
      'an unknown type',
      [
        file('type.json', createDocument(createResponses({ type: 'text' }))),
        file('type2.json', createDocument(createResponses({ type: 'string' }))),
      ],
      /type\.json: .*is "text", which is not a type/,
    ],
    [
      'an array of paths',
      [file('paths.json', { openapi: '3.1.0', paths: [] }), validDocument],
      /paths\.json: #\/paths is not an object/,
    ],
    [
      'an array of properties',
      [
        file('fields.json', createDocument(createResponses({ type: 'object', properties: ['a'] }))),
        file('fields2.json', createDocument(createResponses({ type: 'object' }))),
      ],
      /fields\.json: #\/paths\/~1a\/get\/responses\/400\/.*\/schema\/properties is not an object/,
    ],
    [
      'a module without errors',
      [fixture('no-errors.ts'), validDocument],
      /no-errors\.ts does not export a class that extends ApiError/,
    ],
  ])('%s: exits with 2', async (_name, args, message) => {
    const { code, out, err } = await runCli(['diff', ...args])
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(message)
    expect(err.trim().split('\n')).toHaveLength(1)
  })
})

describe('the executable', () => {
  const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))

  test('exits with 1 for a breaking change and 0 for none', { timeout: 60_000 }, async () => {
    const old = file('ci-old.json', await createCatalog())
    const now = file('ci-new.json', (await createCatalog()).replace('"status": 409', '"status": 422'))
    const getExitCode = (a: string, b: string) => spawnSync(process.execPath, [main, 'diff', a, b]).status
    expect([getExitCode(old, now), getExitCode(old, old)]).toEqual([1, 0])
  })
})
