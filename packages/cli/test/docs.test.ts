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
import { fixture, runCli } from './run-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'faultline-docs-'))

afterAll(() => {
  rmSync(folder, { recursive: true })
})

describe('docs', () => {
  test('prints one HTML page, or Markdown', async () => {
    const reference = buildReference(envelopes['ai-api'])
    expect(await runCli(['docs'])).toEqual({ code: 0, out: toHtml(reference), err: '' })
    expect((await runCli(['docs', '--format', 'markdown'])).out).toBe(toMarkdown(reference))
  })

  test('accepts selected codes, custom error classes and a custom envelope', async () => {
    const { out } = await runCli([
      'docs',
      'out_of_credits',
      'model_not_found',
      '--errors',
      fixture('errors.ts'),
      '--envelope',
      fixture('envelope.ts'),
      '--title',
      'Pet errors',
      '--base-url',
      'https://pets.example/',
      '--path',
      '/v2/pets',
      '--json',
    ])
    const { title, url, groups } = JSON.parse(out) as Reference
    expect({ title, url }).toEqual({ title: 'Pet errors', url: 'https://pets.example/v2/pets' })
    expect(groups.flatMap(({ entries }) => entries.map(({ code }) => code)).toSorted()).toEqual([
      'model_not_found',
      'out_of_credits',
    ])
  })

  test('writes a file and overwrites an existing one', async () => {
    const file = join(folder, 'errors.html')
    expect(await runCli(['docs', '--output', file])).toEqual({ code: 0, out: '', err: '' })
    expect(await runCli(['docs', '--output', file, '--envelope', 'openai'])).toEqual({
      code: 0,
      out: '',
      err: '',
    })
    expect(readFileSync(file, 'utf8')).toBe(toHtml(buildReference(envelopes.openai)))
  })

  test.each([
    [['docs', '--output', join(folder, 'no', 'errors.html')], /cannot write .*errors\.html: ENOENT/],
    [
      ['docs', '--base-url', 'api.example'],
      /^faultline: buildReference: baseUrl must be an absolute http or https URL/,
    ],
    [['docs', '--format', 'pdf'], /argument 'pdf' is invalid\. Allowed choices are html, markdown/],
    [['docs', '--envelope', 'nope'], /^faultline: unknown envelope "nope"/],
    [['docs', 'nope'], /^faultline: Unknown error code "nope"/],
  ])('%j exits with 2', async (args, message) => {
    const { code, out, err } = await runCli(args)
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(message)
  })

  test('prints help with examples', async () => {
    const { code, out } = await runCli(['docs', '--help'])
    expect(code).toBe(0)
    expect(out).toContain('--base-url <url>')
    expect(out).toContain('$ faultline docs --envelope ai-api --base-url')
  })
})

const ids = Object.keys(envelopes).flatMap((id) => [id, `${id}:strict`])
const listEntries = ({ groups }: Reference): ReferenceEntry[] => groups.flatMap(({ entries }) => entries)

/** Assembles the client module: the shared function with the snippets of all entries. */
function createModule(reference: Reference): string {
  const steps = listEntries(reference).map(({ client }) => client.typescript)
  return reference.client.typescript.replace('// Insert the snippet of an error here.', () =>
    steps.join('\n'),
  )
}

describe('the TypeScript example of a reference', () => {
  const project = join(folder, 'project')
  mkdirSync(project)
  symlinkSync(fileURLToPath(new URL('../node_modules', import.meta.url)), join(project, 'node_modules'))
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }')

  test('type-checks for every envelope', () => {
    for (const id of ids) {
      writeFileSync(
        join(project, `${id.replace(':', '-')}.ts`),
        createModule(buildReference(resolveEnvelope(id))),
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

  test.each(ids)('for %s compares with the code that the client returns', async (id) => {
    const reference = buildReference(resolveEnvelope(id))
    for (const { code, examples, headers, client } of listEntries(reference)) {
      const { status, body } = examples[0]!
      const sentHeaders = Object.fromEntries(headers.map(({ name, value }) => [name, value]))
      const error = await parseError(
        { status, headers: sentHeaders, body },
        { envelope: resolveEnvelope(id) },
      )
      const condition = /^if \((.*)\) \{$/m.exec(client.typescript)![1]!
      const literals = condition.match(/(?<=')[a-z_]+(?=')|\b[45]\d\d\b/g)!
      expect(literals, code).toContain(condition.includes('error.code') ? error.code : String(error.status))
    }
  })

  test('retries, changes the model and throws as described', async () => {
    const requests: string[] = []
    const entries = listEntries(buildReference(envelopes['ai-api']))
    const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const { code, model } = (await json(request)) as Record<string, string>
      requests.push(`${code} ${model} ${request.headers.authorization}`)
      const { status, body } = entries.find((entry) => entry.code === code)!.examples[0]!
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    const server = createServer((request, response) => void respond(request, response))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const file = join(project, 'client.ts')
    writeFileSync(file, createModule(buildReference(envelopes['ai-api'], { baseUrl })))
    process.env['API_KEY'] = 'sk-demo'
    const { sendRequest } = (await import(/* @vite-ignore */ file)) as {
      sendRequest: (change: object, options?: object) => Promise<unknown>
    }
    const getErrorMessage = async (code: string): Promise<string> => {
      const thrown: unknown = await sendRequest({ code }, { baseDelay: 1, maxAttempts: 2 }).catch(
        (error: unknown) => error,
      )
      return (thrown as Error).message
    }
    expect(await getErrorMessage('RATE_LIMIT_EXCEEDED')).toBe('Retry later')
    expect(await getErrorMessage('QUOTA_EXCEEDED')).toBe('Not retried')
    expect(await getErrorMessage('MISSING_API_KEY')).toBe('Not retried')
    expect(await getErrorMessage('MODEL_NOT_FOUND')).toBe('Model not found')
    server.close()
    const key = 'Bearer sk-demo'
    expect(requests).toEqual([
      `RATE_LIMIT_EXCEEDED echo ${key}`,
      `RATE_LIMIT_EXCEEDED echo ${key}`,
      `QUOTA_EXCEEDED echo ${key}`,
      `MISSING_API_KEY echo ${key}`,
      `MODEL_NOT_FOUND echo ${key}`,
      `MODEL_NOT_FOUND another-model ${key}`,
    ])
  })
})
