import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { parseError } from '@faultline/client'
import { resolveEnvelope, envelopes } from '@faultline/core'
import { buildReference, toHtml, toMarkdown, type Reference, type ReferenceEntry } from '@faultline/reference'
import { afterAll, describe, expect, test } from 'vitest'
import { fixture, ran } from './ran.ts'

const folder = mkdtempSync(join(tmpdir(), 'faultline-docs-'))

afterAll(() => {
  rmSync(folder, { recursive: true })
})

describe('docs', () => {
  test('prints one HTML page, or Markdown', async () => {
    const reference = buildReference(envelopes['ai-api'])
    expect(await ran(['docs'])).toEqual({ code: 0, out: toHtml(reference), err: '' })
    expect((await ran(['docs', '--format', 'markdown'])).out).toBe(toMarkdown(reference))
  })

  test('tells of some errors, one’s own among them, in an envelope of one’s own', async () => {
    const { out } = await ran([
      'docs',
      'out_of_credits',
      'model_not_found',
      '--errors',
      fixture('errors.ts'),
      '--envelope',
      fixture('envelope.ts'),
      '--title',
      'Errors of pets',
      '--base-url',
      'https://pets.example/',
      '--path',
      '/v2/pets',
      '--json',
    ])
    const { title, url, groups } = JSON.parse(out) as Reference
    expect({ title, url }).toEqual({ title: 'Errors of pets', url: 'https://pets.example/v2/pets' })
    expect(groups.flatMap(({ entries }) => entries.map(({ code }) => code)).toSorted()).toEqual([
      'model_not_found',
      'out_of_credits',
    ])
  })

  test('writes a file, and replaces what it wrote', async () => {
    const file = join(folder, 'errors.html')
    expect(await ran(['docs', '--output', file])).toEqual({ code: 0, out: '', err: '' })
    expect(await ran(['docs', '--output', file, '--envelope', 'openai'])).toEqual({
      code: 0,
      out: '',
      err: '',
    })
    expect(readFileSync(file, 'utf8')).toBe(toHtml(buildReference(envelopes.openai)))
  })

  test.each([
    [['docs', '--output', join(folder, 'no', 'errors.html')], /errors\.html can't be written: ENOENT/],
    [
      ['docs', '--base-url', 'api.example'],
      /^faultline: buildReference: baseUrl must be an absolute http or https URL/,
    ],
    [['docs', '--format', 'pdf'], /argument 'pdf' is invalid\. Allowed choices are html, markdown/],
    [['docs', '--envelope', 'nope'], /^faultline: Unknown envelope "nope"/],
    [['docs', 'nope'], /^faultline: There is no error "nope"/],
  ])('%j can’t be run as it is: that is exit code 2', async (given, said) => {
    const { code, out, err } = await ran(given)
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(said)
  })

  test('helps, with examples', async () => {
    const { code, out } = await ran(['docs', '--help'])
    expect(code).toBe(0)
    expect(out).toContain('--base-url <url>')
    expect(out).toContain('$ faultline docs --envelope ai-api --base-url')
  })
})

const ids = Object.keys(envelopes).flatMap((id) => [id, `${id}:strict`])
const entriesOf = ({ groups }: Reference): ReferenceEntry[] => groups.flatMap(({ entries }) => entries)

/** The module that a reader puts together: the function that calls, and in it the code of each entry. */
function moduleOf(reference: Reference): string {
  const steps = entriesOf(reference).map(({ client }) => client.typescript)
  return reference.client.typescript.replace('// Here goes what is shown with each code.', () =>
    steps.join('\n'),
  )
}

describe('the TypeScript of a reference', () => {
  const project = join(folder, 'project')
  mkdirSync(project)
  symlinkSync(fileURLToPath(new URL('../node_modules', import.meta.url)), join(project, 'node_modules'))
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }')

  test('is of the right types, of every envelope', () => {
    for (const id of ids) {
      writeFileSync(
        join(project, `${id.replace(':', '-')}.ts`),
        moduleOf(buildReference(resolveEnvelope(id))),
      )
    }
    const base = fileURLToPath(new URL('../../../tsconfig.base.json', import.meta.url))
    const typeRoots = [fileURLToPath(new URL('../../../node_modules/@types', import.meta.url))]
    writeFileSync(
      join(project, 'tsconfig.json'),
      JSON.stringify({ extends: base, compilerOptions: { typeRoots }, include: ['*.ts'] }),
    )
    const tsc = createRequire(import.meta.url)
      .resolve('typescript/package.json')
      .replace('package.json', 'bin/tsc')
    const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', project], { encoding: 'utf8' })
    expect(stdout).toBe('')
    expect(status).toBe(0)
  }, 60_000)

  test.each(ids)('for %s knows every code by what the client reads', async (id) => {
    const reference = buildReference(resolveEnvelope(id))
    for (const { code, samples, headers, client } of entriesOf(reference)) {
      const [{ status, body }] = samples as [ReferenceEntry['samples'][number]]
      const sent = Object.fromEntries(headers.map(({ name, value }) => [name, value]))
      const error = await parseError({ status, headers: sent, body }, { envelope: resolveEnvelope(id) })
      const condition = /^if \((.*)\) \{$/m.exec(client.typescript)![1]!
      const named = condition.match(/(?<=')[a-z_]+(?=')|\b[45]\d\d\b/g)!
      expect(named, code).toContain(condition.includes('error.code') ? error.code : String(error.status))
    }
  })

  test('runs, and does what it says', async () => {
    const asked: string[] = []
    const all = entriesOf(buildReference(envelopes['ai-api']))
    const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const { code, model } = (await json(request)) as Record<string, string>
      asked.push(`${code} ${model} ${request.headers.authorization}`)
      const { status, body } = all.find(({ code: wire }) => wire === code)!.samples[0]!
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    const server = createServer((request, response) => void answer(request, response))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const file = join(project, 'client.ts')
    writeFileSync(file, moduleOf(buildReference(envelopes['ai-api'], { baseUrl })))
    process.env['API_KEY'] = 'sk-demo'
    const { ask } = (await import(/* @vite-ignore */ file)) as {
      ask: (change: object, options?: object) => Promise<unknown>
    }
    const messageOf = async (code: string): Promise<string> => {
      const thrown: unknown = await ask({ code }, { baseDelay: 1, maxAttempts: 2 }).catch(
        (error: unknown) => error,
      )
      return (thrown as Error).message
    }
    expect(await messageOf('RATE_LIMIT_EXCEEDED')).toBe('Come back later')
    expect(await messageOf('QUOTA_EXCEEDED')).toBe('Not tried again')
    expect(await messageOf('MISSING_API_KEY')).toBe('Not tried again')
    expect(await messageOf('MODEL_NOT_FOUND')).toBe('Model not found')
    server.close()
    const key = 'Bearer sk-demo'
    expect(asked).toEqual([
      `RATE_LIMIT_EXCEEDED echo ${key}`,
      `RATE_LIMIT_EXCEEDED echo ${key}`,
      `QUOTA_EXCEEDED echo ${key}`,
      `MISSING_API_KEY echo ${key}`,
      `MODEL_NOT_FOUND echo ${key}`,
      `MODEL_NOT_FOUND another-model ${key}`,
    ])
  })
})
