import { resolveEnvelope, envelopes } from '@faultline/core'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { createOpenApiDocument } from '../src/openapi.ts'
import { send, recordedResponses, type RecordedResponse } from './send.ts'

const envelopeIds = Object.keys(envelopes).flatMap((id) => [id, `${id}:strict`])

interface Document {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, unknown>> }>>>
  >
}

/** Escapes a reference token of a JSON Pointer (RFC 6901, section 3). */
const escapeToken = (token: string): string =>
  encodeURIComponent(token.replaceAll('~', '~0').replaceAll('/', '~1'))

/** Tests the OpenAPI document against the responses of all earlier tests. */
export function describeOpenApi(name: string): void {
  describe(`${name}: /openapi.json`, () => {
    test('is valid OpenAPI 3.1 and needs no key', async () => {
      const { status, json } = await send('/openapi.json', { key: null })
      const { valid, errors } = await new Validator().validate(json)
      expect([status, errors, valid]).toEqual([200, undefined, true])
    })

    test('describes every response that this suite received', { timeout: 30_000 }, async () => {
      const document = (await send('/openapi.json', { key: null })).json as unknown as Document
      const { validated, wrong } = validateResponses(document, recordedResponses)
      expect(wrong).toEqual([])
      expect(validated).toBeGreaterThan(100)
    })

    test.each(envelopeIds)('describes the responses of /compat/%s/v1 when created for its envelope', (id) => {
      const base = `/compat/${id}`
      const responses = recordedResponses.filter(({ path }) => path.startsWith(`${base}/v1/`))
      const { validated, wrong } = validateResponses(
        createOpenApiDocument(resolveEnvelope(id)) as Document,
        responses.map((response) => ({ ...response, path: response.path.slice(base.length) })),
      )
      expect(wrong).toEqual([])
      expect(validated).toBeGreaterThan(1)
    })
  })
}

/** Validates responses against a document. Returns how many belong to its operations, and those that do not match. */
function validateResponses(
  document: Document,
  responses: readonly RecordedResponse[],
): { validated: number; wrong: string[] } {
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  ajv.addSchema(document, 'document')
  const templates = Object.keys(document.paths).map((path) => ({
    path,
    pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  }))
  let validated = 0
  const wrong: string[] = []
  for (const { method, path: target, status, type, json } of responses) {
    const path = templates.find(({ pattern }) => pattern.test(target.split('?', 1)[0]!))?.path
    const operation = document.paths[path ?? '']?.[method.toLowerCase()]
    // Unknown paths and methods are not in the document. Invalid percent-encoding is rejected before routing.
    if (operation === undefined || path === undefined || target.includes('%zz')) continue
    const media = type.split(';', 1)[0]!
    if (media === 'text/event-stream') continue
    validated += 1
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
    const pointer = tokens.map(escapeToken).join('/')
    const isValid =
      operation.responses[status] !== undefined && ajv.validate({ $ref: `document#/${pointer}` }, json)
    if (!isValid) wrong.push(`${method} ${target} ${status} ${JSON.stringify(json)} ${ajv.errorsText()}`)
  }
  return { validated, wrong }
}
