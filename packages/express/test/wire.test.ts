import { Agent, get, type IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { EnvelopeId } from '../src/index.ts'
import { majors, serve } from './serve.ts'
import { documentOf, errorOfKind, expectValid, modes, required, rows, taxonomy, type Row } from './spec.ts'

/** The fields that say what an error is called; which of them an envelope has is its own affair. */
interface Body {
  readonly error?: { readonly type?: string; readonly code?: string | null; readonly message: string }
  readonly detail?: string | { readonly type: string; readonly code: number }
  readonly meta?: { readonly request_id: string }
}

/** The documents that have types and no codes. */
const typed = new Set(['compactifai', 'humanloop'])

const fixed: Readonly<Record<number, string>> = {
  401: 'Token is not associated with a valid user',
  500: 'Unexpected server error',
}

const challenges: Readonly<Record<string, string>> = { compresr: 'ApiKey header="X-API-Key"' }

/** What the specification says that a row is called and sent with. */
function expected(row: Row, { name, mode }: (typeof modes)[number]): { status: number; code: string } {
  const wire = row.wire[name]
  if (wire.documented || mode === 'strict') return wire
  const own = documentOf(name).codes.find(({ status }) => status === row.status)?.wire
  const code = typed.has(name) ? (own ?? expect.stringMatching(/_error$/)) : row.code
  return { status: row.status, code: (name === 'ai-api' ? row.code.toUpperCase() : code) as string }
}

function expectedRetryAfter(row: Row, name: string, status: number): string | undefined {
  if ('retryAfter' in row.params) return String(required['retryAfter'])
  return name === 'compresr' && [429, 503].includes(status) ? '5' : undefined
}

describe.each(majors)('$major', ({ express }) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  let url: string

  beforeAll(async () => {
    const served = await serve(
      express,
      (app) => {
        app.get('/errors/:code', ({ params }) => {
          throw errorOfKind(rows.get(params['code'])!)
        })
      },
      { envelope: (request) => request.header('x-envelope') as EnvelopeId },
    )
    url = served.url
  })

  afterAll(() => agent.destroy())

  async function answerTo(code: string, id: string): Promise<{ response: IncomingMessage; content: Buffer }> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      get(`${url}/errors/${code}`, { agent, headers: { 'x-envelope': id } }, resolve).on('error', reject)
    })
    return { response, content: await buffer(response) }
  }

  describe.each(modes)('$id', (envelope) => {
    const { id, name } = envelope

    test.each(taxonomy)('$code goes out as it is specified', async (row) => {
      const { response, content } = await answerTo(row.code, id)
      const body = JSON.parse(content.toString()) as Body
      const { status, code } = expected(row, envelope)
      expect(response.statusCode).toBe(status)
      expectValid(id, body)

      if (name === 'compactifai' && status in fixed) expect(body).toEqual({ detail: fixed[status] })
      else if (name === 'compactifai') expect(body.error?.type).toEqual(code)
      else if (name === 'humanloop') expect(body.detail).toMatchObject({ type: code, code: status })
      else expect(body.error?.code).toBe(code)

      const { headers } = response
      expect(headers).toMatchObject({
        'content-type': 'application/json; charset=utf-8',
        'content-length': String(content.length),
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'x-request-id': expect.stringMatching(/^req_[a-z0-9]{24}$/) as unknown,
      })
      if (name === 'ai-api') expect(body.meta?.request_id).toBe(headers['x-request-id'])
      expect(headers['retry-after']).toBe(expectedRetryAfter(row, name, status))
      expect(headers['www-authenticate']).toBe(status === 401 ? (challenges[name] ?? 'Bearer') : undefined)
      expect(headers['allow']).toBe(row.code === 'method_not_allowed' ? 'GET, HEAD' : undefined)
    })
  })

  test('ai-api says what its document says of each code, and names the field that goes with it', async () => {
    const listed = new Map(documentOf('ai-api').codes.map((code) => [code.wire, code]))
    for (const { code, wire } of taxonomy) {
      if (!wire['ai-api'].documented) continue
      const { message, field } = listed.get(wire['ai-api'].code)!
      const { content } = await answerTo(code, 'ai-api')
      const { error } = JSON.parse(content.toString()) as { error: { details?: { field: string } } }
      expect(error).toMatchObject({ message })
      if (field !== undefined) expect(error.details?.field).toBe(field)
    }
  })

  test('a15t calls each status by its name', async () => {
    const names: Readonly<Record<number, string>> = {
      400: 'bad_request',
      401: 'unauthorized',
      403: 'forbidden',
      404: 'not_found',
      409: 'conflict',
      429: 'rate_limit_exceeded',
      500: 'internal_error',
      502: 'bad_gateway',
      503: 'service_unavailable',
    }
    for (const { code, wire } of taxonomy) {
      const { content } = await answerTo(code, 'a15t:strict')
      const { error } = JSON.parse(content.toString()) as Body
      expect(error?.type, code).toBe(names[wire.a15t.status])
    }
  })
})
