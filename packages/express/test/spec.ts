import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect } from 'vitest'
import { envelopes, type Envelope } from '@faultline/core'
import { readTaxonomy } from '@faultline/test-kit'
import type { RawResponse } from './raw-requests.ts'

export type EnvelopeName = keyof typeof envelopes

const rows = new Map(readTaxonomy().map((row) => [row.code, row]))

/** Every envelope in both modes. */
export const modes: readonly {
  readonly id: string
  readonly name: EnvelopeName
  readonly mode: 'normal' | 'strict'
  readonly envelope: Envelope
}[] = (Object.keys(envelopes) as EnvelopeName[]).flatMap((name) => [
  { id: name, name, mode: 'normal', envelope: envelopes[name] },
  { id: `${name}:strict`, name, mode: 'strict', envelope: envelopes[name].strict },
])

const ajv = new Ajv2020({ allErrors: true, strict: true })
const validators = new Map(modes.map(({ id, envelope }) => [id, ajv.compile(envelope.schema)]))

/** Fails if a body does not match the schema of an envelope. */
export function expectValid(id: string, body: unknown): void {
  const isValid = validators.get(id)!
  expect(isValid(body), `${id}: ${ajv.errorsText(isValid.errors)}: ${JSON.stringify(body)}`).toBe(true)
}

/** The body of an ai-api response. */
export interface AiApiBody {
  readonly success: false
  readonly error: {
    readonly code: string
    readonly message: string
    readonly details?: { readonly field: string; readonly issue: string }
  }
  readonly meta: { readonly request_id: string; readonly timestamp: string }
}

/** The wire code and status of ai-api in normal mode: those of the document, or the code in capitals with its own status. */
function aiApiOf(code: string, status?: number): { code: string; status: number } {
  const row = rows.get(code)
  if (row?.wire['ai-api'].documented === true) return row.wire['ai-api']
  return { code: code.toUpperCase(), status: status ?? row!.status }
}

/**
 * Fails if a response is not the complete ai-api response for an error.
 *
 * @param status The status of a code that is not in the taxonomy.
 */
export function expectError(response: RawResponse, code: string, status?: number): AiApiBody {
  const wire = aiApiOf(code, status)
  expect(response).toMatchObject({ status: wire.status, complete: true })
  const body = JSON.parse(response.body) as AiApiBody
  expect(body.error.code).toBe(wire.code)
  expectValid('ai-api', body)
  expect(response.headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(response.length),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-request-id': body.meta.request_id,
  })
  return body
}
