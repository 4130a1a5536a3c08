import { readdirSync, readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { envelopes, errorClasses, type ApiError, type ErrorCode } from '@faultline/core'
import { beforeAll, describe, expect, test } from 'vitest'
import { majors, serve, type Served } from './serve.ts'

type Name = keyof typeof envelopes

interface Row {
  readonly code: ErrorCode
  readonly status: number
  readonly params: Readonly<Record<string, string>>
  readonly wire: Readonly<Record<Name, { code: string; status: number; documented: boolean }>>
}

interface Document {
  readonly id: Name
  readonly identifier: 'code' | 'type'
  readonly codes: readonly { wire: string; status: number; headers?: string[] }[]
}

const spec = new URL('../../../../spec/', import.meta.url)
const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, spec), 'utf8'))
const taxonomy = (read('taxonomy.json') as { errors: Row[] }).errors
const documents = readdirSync(new URL('documented/', spec)).map(
  (file) => read(`documented/${file}`) as Document,
)
const required = {
  model: 'gpt-9',
  field: 'seed',
  allow: ['GET', 'HEAD'],
  retryAfter: 30,
  issues: [{ message: 'must be an integer', path: ['seed'] }],
}

const ajv = new Ajv2020({ strict: true })
const targets = documents.flatMap(({ id }) => [
  { id, mode: 'normal' as const, validate: ajv.compile(envelopes[id].schema) },
  { id, mode: 'strict' as const, validate: ajv.compile(envelopes[id].strict.schema) },
])

describe.each(majors)('$major, on the wire', ({ express }) => {
  let served: Served

  beforeAll(async () => {
    served = await serve(
      express,
      (app) =>
        app.get('/:id/:mode/:code', ({ params: { code } }) => {
          const row = taxonomy.find((other) => other.code === code)!
          const needed = Object.entries(row.params).filter(
            ([, type]) => !type.includes('?') && !type.includes('='),
          )
          const Kind = errorClasses[row.code] as new (options: object) => ApiError
          throw new Kind(
            Object.fromEntries(needed.map(([name]) => [name, required[name as keyof typeof required]])),
          )
        }),
      {
        envelope: ({ url }) => {
          const [, id, mode] = url.split('/')
          return mode === 'strict' ? envelopes[id as Name].strict : envelopes[id as Name]
        },
      },
    )
  })

  describe.each(targets)('$id, $mode', ({ id, mode, validate }) => {
    const document = documents.find((other) => other.id === id)!

    test.each(taxonomy)('$code', async (row) => {
      const response = await fetch(`${served.url}/${id}/${mode}/${row.code}`)
      const text = await response.text()
      const body = JSON.parse(text) as Body
      const { status, code } = expected(document, row, mode)
      expect(response.status, text).toBe(status)
      expect(codeOf(document, body)).toBe(code)
      expect(validate(body), JSON.stringify(validate.errors)).toBe(true)
      if (id === 'compactifai' && status === 401)
        expect(body).toEqual({ detail: 'Token is not associated with a valid user' })
      if (id === 'compactifai' && status === 500) expect(body).toEqual({ detail: 'Unexpected server error' })

      const { headers } = response
      expect(headers.get('content-type')).toBe('application/json; charset=utf-8')
      expect(headers.get('content-length')).toBe(String(Buffer.byteLength(text)))
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('x-request-id')).toMatch(/^req_[a-z0-9]{24}$/)
      if (id === 'ai-api')
        expect((body as { meta?: { request_id: string } }).meta?.request_id).toBe(headers.get('x-request-id'))
      const promised = id === 'compresr' && [429, 503].includes(status) ? '5' : null
      expect(headers.get('retry-after')).toBe('retryAfter' in row.params ? '30' : promised)
      expect(headers.has('www-authenticate')).toBe(status === 401)
      expect(headers.get('allow')).toBe(row.code === 'method_not_allowed' ? 'GET, HEAD' : null)
    })
  })
})

interface Body {
  readonly error?: { readonly code?: string; readonly type?: string }
  readonly detail?: { readonly type?: string } | string
}

function codeOf({ identifier }: Document, { error, detail }: Body): string | undefined {
  if (identifier === 'code') return error?.code
  return error?.type ?? (typeof detail === 'object' ? detail.type : undefined)
}

/** What the specification says of a row in an envelope. */
function expected(
  document: Document,
  row: Row,
  mode: 'normal' | 'strict',
): { status: number; code: string | undefined } {
  const wire = row.wire[document.id]
  const { status, code } =
    wire.documented || mode === 'strict' ? wire : { status: row.status, code: undocumented(document, row) }
  return { status, code: document.id === 'compactifai' && [401, 500].includes(status) ? undefined : code }
}

function undocumented({ id, identifier, codes }: Document, { code, status }: Row): string {
  if (identifier === 'code') return id === 'ai-api' ? code.toUpperCase() : code
  const listed = codes.find((other) => other.status === status)?.wire
  if (listed !== undefined) return listed
  const shared: Record<number, string> = {
    403: 'permission_denied',
    413: 'payload_too_large',
    415: 'unsupported_media_type',
    429: 'rate_limit_exceeded',
    502: 'upstream_error',
    503: 'service_unavailable',
    504: 'gateway_timeout',
  }
  const name = shared[status] ?? code
  return name.endsWith('_error') ? name : `${name}_error`
}
