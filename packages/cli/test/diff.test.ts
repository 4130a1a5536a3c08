import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { fixture, ran } from './ran.ts'

const folder = mkdtempSync(join(tmpdir(), 'faultline-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, content: unknown): string {
  const path = join(folder, name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

interface Told {
  readonly kind: string
  readonly breaking: number
  readonly harmless: number
  readonly changes: { rule: string; what: string; isBreaking: boolean; where: string[]; why: string }[]
}

async function catalogue(...more: string[]): Promise<string> {
  return (await ran(['list', '--json', ...more])).out
}

describe('diff of catalogues', () => {
  test('says that nothing changed', async () => {
    const same = file('same.json', await catalogue())
    expect(await ran(['diff', same, same])).toEqual({ code: 0, out: 'Nothing changed.\n', err: '' })
  })

  test('tells what breaks clients first, by rule and with the reason: that is exit code 1', async () => {
    const old = file('old.json', await catalogue('model_not_found', 'rate_limit_exceeded', 'conflict'))
    const now = (await catalogue('rate_limit_exceeded', 'conflict', 'gone')).replace(
      '"status": 429',
      '"status": 503',
    )
    const { code, out } = await ran(['diff', old, '-'], now)
    expect(code).toBe(1)
    expect(out).toMatch(/^Breaks clients: 2\n {2}code-removed {2}Clients that handle this code never see it/)
    expect(out).toContain('    model_not_found: was MODEL_NOT_FOUND\n')
    expect(out).toContain('    rate_limit_exceeded: was 429, is 503\n')
    expect(out).toMatch(/\nBreaks none: 1\n {2}code-added {2}.*\n {4}gone: is GONE\n$/)
  })

  test('reads a module’s errors through the envelope of the catalogue that was committed', async () => {
    const committed = file('committed.json', await catalogue('--envelope', 'openai'))
    const { code, out } = await ran(['diff', committed, fixture('errors.ts'), '--json'])
    expect(code).toBe(0)
    const { kind, breaking, changes } = JSON.parse(out) as Told
    expect([kind, breaking]).toEqual(['catalogue', 0])
    expect(changes.map(({ rule, what }) => [rule, what])).toEqual([['code-added', 'out_of_credits']])
  })
})

describe('diff of OpenAPI documents', () => {
  test('reads YAML and JSON, and says where', async () => {
    const { code, out } = await ran([
      'diff',
      fixture('openapi.yaml'),
      file('now.yaml', 'openapi: 3.1.0\ninfo: { title: x, version: "1" }\npaths: {}\n'),
      '--json',
    ])
    const { kind, changes } = JSON.parse(out) as Told
    expect([code, kind]).toEqual([1, 'openapi'])
    expect(changes.map(({ rule, what }) => `${rule} ${what}`)).toEqual([
      'operation-removed POST /v1/chats/{chat}/messages',
      'operation-removed GET /v1/models/{model}',
      'operation-removed DELETE /v1/models/{model}',
    ])
  })

  test('compares what `faultline openapi` prints', async () => {
    const printed = async (...codes: string[]) => (await ran(['openapi', ...codes])).out
    const old = file('responses.json', await printed('model_not_found', 'conflict'))
    const { code, out } = await ran(['diff', old, '-', '--json'], await printed('model_not_found'))
    expect(code).toBe(1)
    expect((JSON.parse(out) as Told).changes).toMatchObject([
      { rule: 'response-removed', what: '409', before: ['conflict'] },
    ])
  })

  test('takes large ones, and schemas that go in circles', async () => {
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
      Array.from({ length: 1000 }, (_, at) => [`/v1/things${at}/{id}`, { get: { responses } }]),
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
    const { changes } = JSON.parse((await ran(['diff', old, '-', '--json'], now)).out) as Told
    expect(changes.map(({ rule, where }) => [rule, where.length])).toEqual([
      ['value-removed', 1000],
      ['value-added', 1000],
    ])
  })
})

describe('what can’t be compared', () => {
  const ok = file('ok.json', { openapi: '3.1.0', paths: {} })
  const operation = (responses: object): object => ({
    openapi: '3.1.0',
    paths: { '/a': { get: { responses } } },
  })
  const json = (schema: unknown): object => ({ 400: { content: { 'application/json': { schema } } } })
  test.each<[string, string[], RegExp]>([
    ['a file that is not there', [join(folder, 'none.json'), ok], /none\.json can't be read: ENOENT/],
    [
      'an address that does not answer',
      ['http://127.0.0.1:1/a.json', ok],
      /127\.0\.0\.1:1\/a\.json can't be asked/,
    ],
    ['broken JSON', [file('bad.json', '{'), ok], /bad\.json is no JSON: /],
    ['broken YAML', [file('bad.yaml', 'a: [1'), ok], /bad\.yaml is no YAML: /],
    [
      'neither of both',
      [file('other.json', {}), ok],
      /other\.json is neither a catalogue, .* nor an OpenAPI document/,
    ],
    ['a list', [file('list.json', []), ok], /list\.json is neither a catalogue/],
    [
      'Swagger 2',
      [file('two.json', { swagger: '2.0' }), ok],
      /two\.json is Swagger "2\.0": convert it to OpenAPI 3 first/,
    ],
    [
      'OpenAPI 4',
      [file('four.json', { openapi: '4.0.0', paths: {} }), ok],
      /four\.json is OpenAPI "4\.0\.0": only 3\.0 and 3\.1/,
    ],
    ['standard input twice', ['-', '-'], /Standard input can be one of the two, not both/],
    [
      'one of each',
      [ok, file('one.json', { envelope: 'a', contentType: 'b', schema: {}, errors: [] })],
      /catalogue/,
    ],
    [
      'a catalogue with a wrong member',
      [
        file('wrong.json', {
          envelope: 'a',
          contentType: 'b',
          schema: {},
          errors: [{ code: 'x', wire: 'X', status: '4' }],
        }),
        ok,
      ],
      /wrong\.json is no catalogue: errors\[0\]\.status is "4"/,
    ],
    [
      'a reference that leads nowhere',
      [file('lost.json', operation({ 400: { $ref: '#/components/responses/No' } })), ok],
      /lost\.json: .*refers to #\/components\/responses\/No, which is not there/,
    ],
    [
      'a reference out of the file',
      [file('out.json', operation({ 400: { $ref: 'other.yaml#/a' } })), ok],
      /out\.json: .*refers to other\.yaml#\/a, which is outside the file: bundle the files first/,
    ],
    [
      'a reference in a circle',
      [
        file('circle.json', {
          ...operation({ 400: { $ref: '#/components/responses/A' } }),
          components: { responses: { A: { $ref: '#/components/responses/A' } } },
        }),
        ok,
      ],
      /circle\.json: .*refers to itself in a circle/,
    ],
    [
      'a schema that is all of itself',
      [
        file('self.json', {
          ...operation(json({ $ref: '#/components/schemas/A' })),
          components: { schemas: { A: { allOf: [{ $ref: '#/components/schemas/A' }] } } },
        }),
        file('self2.json', operation(json({ type: 'object' }))),
      ],
      /self\.json: .*refers to itself in a circle/,
    ],
    [
      'a type that is none',
      [
        file('type.json', operation(json({ type: 'text' }))),
        file('type2.json', operation(json({ type: 'string' }))),
      ],
      /type\.json: .*is "text", which is no type/,
    ],
    [
      'paths that are a list',
      [file('paths.json', { openapi: '3.1.0', paths: [] }), ok],
      /paths\.json: #\/paths is no object/,
    ],
    [
      'fields that are a list',
      [
        file('fields.json', operation(json({ type: 'object', properties: ['a'] }))),
        file('fields2.json', operation(json({ type: 'object' }))),
      ],
      /fields\.json: #\/paths\/~1a\/get\/responses\/400\/.*\/schema\/properties is no object/,
    ],
    [
      'a module without errors',
      [fixture('no-errors.ts'), ok],
      /no-errors\.ts exports no class that extends ApiError/,
    ],
  ])('%s: that is exit code 2', async (_, given, said) => {
    const { code, out, err } = await ran(['diff', ...given])
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(said)
    expect(err.trim().split('\n')).toHaveLength(1)
  })
})

describe('the program', () => {
  const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))

  test('ends with 1 for a breaking change and 0 for none, for CI', async () => {
    const old = file('ci-old.json', await catalogue())
    const now = file('ci-new.json', (await catalogue()).replace('"status": 409', '"status": 422'))
    const ended = (a: string, b: string) => spawnSync(process.execPath, [main, 'diff', a, b]).status
    expect([ended(old, now), ended(old, old)]).toEqual([1, 0])
  })
})
