import { resolveEnvelope, envelopes } from '@faultline/core'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { documentOf } from '../src/openapi.ts'
import { ask, heard, type Heard } from './ask.ts'

const compatible = Object.keys(envelopes).flatMap((id) => [id, `${id}:strict`])

interface Document {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, unknown>> }>>>
  >
}

/** A JSON Pointer's token (RFC 6901, 3). */
const escaped = (token: string): string =>
  encodeURIComponent(token.replaceAll('~', '~0').replaceAll('/', '~1'))

/** Asked last: what came before is held against the document. */
export function describeOpenApi(name: string): void {
  describe(`${name}: /openapi.json`, () => {
    test('is valid OpenAPI 3.1, and needs no key', async () => {
      const { status, json } = await ask('/openapi.json', { key: null })
      const { valid, errors } = await new Validator().validate(json)
      expect([status, errors, valid]).toEqual([200, undefined, true])
    })

    test('is true of every answer that this suite got', async () => {
      const document = (await ask('/openapi.json', { key: null })).json as unknown as Document
      const { held, wrong } = hold(document, heard)
      expect(wrong).toEqual([])
      expect(held).toBeGreaterThan(100)
    })

    test.each(compatible)('would be true of what /compat/%s/v1 answered, in its envelope', (id) => {
      const base = `/compat/${id}`
      const answers = heard.filter(({ path }) => path.startsWith(`${base}/v1/`))
      const { held, wrong } = hold(
        documentOf(resolveEnvelope(id)) as Document,
        answers.map((answer) => ({ ...answer, path: answer.path.slice(base.length) })),
      )
      expect(wrong).toEqual([])
      expect(held).toBeGreaterThan(1)
    })
  })
}

/** Holds answers against a document: how many there were of its operations, and what is wrong with which. */
function hold(document: Document, answers: readonly Heard[]): { held: number; wrong: string[] } {
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  ajv.addSchema(document, 'document')
  const templates = Object.keys(document.paths).map((path) => ({
    path,
    pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  }))
  let held = 0
  const wrong: string[] = []
  for (const { method, path: target, status, type, json } of answers) {
    const path = templates.find(({ pattern }) => pattern.test(target.split('?', 1)[0]!))?.path
    const operation = document.paths[path ?? '']?.[method.toLowerCase()]
    // Paths and methods that are not there are nobody's; percent-encoding is judged before paths are.
    if (operation === undefined || path === undefined || target.includes('%zz')) continue
    const media = type.split(';', 1)[0]!
    if (media === 'text/event-stream') continue
    held += 1
    const tokens = [
      'paths',
      path,
      method.toLowerCase(),
      'responses',
      String(status),
      'content',
      media,
      'schema',
    ]
    const pointer = tokens.map(escaped).join('/')
    const isValid =
      operation.responses[status] !== undefined && ajv.validate({ $ref: `document#/${pointer}` }, json)
    if (!isValid) wrong.push(`${method} ${target} ${status} ${JSON.stringify(json)} ${ajv.errorsText()}`)
  }
  return { held, wrong }
}
