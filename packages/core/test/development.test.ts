import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  Conflict,
  createResponder,
  defineEnvelope,
  envelopes,
  hasTextBodies,
  InternalError,
  isJsonObject,
  logToTerminal,
  parseJson,
  UpstreamError,
  type ApiRequest,
  type EnvelopeId,
  type ResponderOptions,
} from '../src/index.ts'

const SECRET = 'sk-live-Abc123Def456'
const MAX_BYTES = 16_384

function createRequest(): ApiRequest {
  return { method: 'GET', url: '/v1/orders?page=2', header: () => undefined, raw: null, id: 'req_1' }
}

function createThrown(): Error {
  const cause = Object.assign(new Error(`connect ECONNREFUSED https://db.internal/x?key=${SECRET}`), {
    code: 'ECONNREFUSED',
  })
  return new TypeError('Could not load the order', { cause })
}

function render(thrown: unknown, options: Partial<ResponderOptions> = {}) {
  const responder = createResponder({
    envelope: 'openai',
    development: true,
    onError() {},
    ...options,
  })
  return responder.respond(thrown, createRequest())
}

/** Returns the member `development` of a body. */
function readMember(body: string): unknown {
  const parsed = parseJson(body)
  return isJsonObject(parsed) ? parsed['development'] : undefined
}

beforeEach(() => {
  vi.stubEnv('NODE_ENV', 'development')
})

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

const ids = (Object.keys(envelopes) as EnvelopeId[]).map((id) => [id] as const)
const jsonIds = ids.filter(([id]) => !hasTextBodies(envelopes[id as keyof typeof envelopes]))

describe('the member `development`', () => {
  test('contains the thrown value and its causes', () => {
    const { status, headers, body } = render(createThrown())
    expect(status).toBe(500)
    expect(readMember(body)).toEqual({
      name: 'TypeError',
      message: 'Could not load the order',
      stack: expect.arrayContaining([
        expect.stringMatching(/^at createThrown \(.*test\/development\.test\.ts:\d+:\d+\)$/),
      ]) as unknown,
      causes: [
        {
          name: 'Error',
          message: 'connect ECONNREFUSED [redacted]',
          code: 'ECONNREFUSED',
          stack: expect.any(Array) as unknown,
        },
      ],
    })
    expect(body).not.toMatch(/sk-live|db\.internal|node_modules|node:internal/)
    expect(headers['content-length']).toBe(String(Buffer.byteLength(body)))
  })

  test.each(jsonIds)(
    'is added to the body of %s, which stays the same otherwise and is parsed as before',
    (id) => {
      const plain = render(createThrown(), { envelope: id, development: false })
      const extended = render(createThrown(), { envelope: id })
      const { development, ...rest } = JSON.parse(extended.body) as Record<string, unknown>
      const expected = JSON.parse(plain.body) as Record<string, unknown>
      expect(development).toMatchObject({ name: 'TypeError' })
      for (const key of ['timestamp', 'meta'])
        expect(rest[key] === undefined).toBe(expected[key] === undefined)
      expect(Object.keys(rest)).toEqual(Object.keys(expected))
      const { envelope } = plain
      const parse = ({ status, body }: { status: number; body: string }) =>
        envelope.parse({ status, body })?.toJSON()
      const parsed = envelope.parse(extended)
      expect(parsed?.details).toBeUndefined()
      expect({ ...parse(extended), timestamp: 0 }).toEqual({ ...parse(plain), timestamp: 0 })
      if (parsed !== undefined)
        expect(JSON.stringify(envelope.render(parsed).body)).not.toContain('"development"')
    },
  )

  test.each(ids)('is absent from %s below 500, in strict mode and in streams', (id) => {
    expect(readMember(render(new Conflict({ cause: createThrown() }), { envelope: id }).body)).toBeUndefined()
    const strict = render(createThrown(), { envelope: `${id}:strict` as EnvelopeId })
    expect(strict.body).not.toContain('Could not load')
    const responder = createResponder({ envelope: id, development: true, onError() {} })
    for (const format of ['events', 'lines', 'array'] as const)
      expect(responder.errorEvents(createThrown(), createRequest(), { format })).not.toContain(
        'Could not load',
      )
  })

  test('is absent from text bodies, from bodies with such a member, and without the option', () => {
    expect(render(createThrown(), { envelope: 'ai-sdk-ui' }).body).not.toContain('Could not load')
    const own = defineEnvelope({
      id: 'own',
      codes: { FAIL: { status: 500 } },
      mapping: { default: 'FAIL' },
      renderBody: () => ({ development: 'own' }),
      parseBody: () => undefined,
    })
    expect(readMember(render(createThrown(), { envelope: own }).body)).toBe('own')
    expect(readMember(render(createThrown(), { development: false }).body)).toBeUndefined()
    expect(readMember(render(createThrown(), { development: undefined }).body)).toBeUndefined()
  })

  test('is absent from responses that other code wrote', () => {
    const responder = createResponder({ envelope: 'openai', development: true, onError() {} })
    const response = responder.replaceResponse(
      { status: 500, body: 'x', contentType: 'text/plain' },
      createRequest(),
    )
    expect(response?.status).toBe(500)
    expect(readMember(response?.body ?? '')).toBeUndefined()
  })

  test('is present for a typed 5xx, with the class as its name', () => {
    expect(readMember(render(new UpstreamError({ cause: new Error('refused') })).body)).toMatchObject({
      name: 'UpstreamError',
      causes: [{ name: 'Error', message: 'refused' }],
    })
  })

  test('has at most 16 KiB, for any chain of causes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 2000 }), { maxLength: 20 }),
        (messages) => {
          let thrown: unknown = 'the last'
          for (const message of messages) thrown = new Error(message, { cause: thrown })
          const member = readMember(render(thrown).body)
          expect(Buffer.byteLength(JSON.stringify(member))).toBeLessThanOrEqual(MAX_BYTES)
          expect(member).toHaveProperty('name')
        },
      ),
      { numRuns: 30 },
    )
  })
})

describe('the option `development`', () => {
  test.each(['production', 'staging', '', undefined])('is refused if NODE_ENV is %s', (environment) => {
    vi.stubEnv('NODE_ENV', environment)
    expect(() => render(createThrown())).toThrow(
      /^faultline: option `development` requires NODE_ENV development or test, not .*; remove the option$/,
    )
    expect(() => render(createThrown(), { development: false })).not.toThrow()
  })

  test('is refused on a runtime without process', () => {
    vi.stubGlobal('process', undefined)
    expect(() => render(createThrown())).toThrow('not undefined; remove the option')
    vi.unstubAllGlobals()
  })

  test('is accepted in tests', () => {
    vi.stubEnv('NODE_ENV', 'test')
    expect(readMember(render(createThrown()).body)).toBeDefined()
  })

  test('must be a boolean', () => {
    expect(() => render(createThrown(), { development: 'yes' as never })).toThrow(
      'option `development` must be a boolean, not "yes"',
    )
  })

  test('makes logToTerminal the default hook', () => {
    const log = vi.spyOn(console, 'error').mockReturnValue()
    createResponder({ envelope: 'openai', development: true }).respond(
      new Conflict({ message: 'Taken' }),
      createRequest(),
    )
    expect(log.mock.calls).toEqual([['GET /v1/orders (req_1) failed with 409 conflict: Taken']])
  })
})

describe('logToTerminal', () => {
  function log(thrown: unknown): string {
    const write = vi.spyOn(console, 'error').mockReturnValue()
    createResponder({ envelope: 'openai', onError: logToTerminal }).respond(thrown, createRequest())
    expect(write).toHaveBeenCalledOnce()
    const text = String(write.mock.calls[0]?.[0])
    write.mockRestore()
    return text
  }

  test('writes the cause chain with the frames of the application', () => {
    const text = log(createThrown())
    expect(text).toMatch(
      /^GET \/v1\/orders \(req_1\) failed with 500 internal_error: TypeError: Could not load the order\n {4}at createThrown \(.*development\.test\.ts:\d+:\d+\)\n[^]*\n\[cause\]: Error: connect ECONNREFUSED .*\n {4}at createThrown \(/,
    )
    expect(text).not.toMatch(/sk-live|node_modules|node:internal|file:\/\//)
  })

  test('writes a status below 500 in one line', () => {
    expect(log(new Conflict({ message: 'Taken\nby another' }))).toBe(
      'GET /v1/orders (req_1) failed with 409 conflict: Taken by another',
    )
  })

  test('writes no escape sequences of a message', () => {
    expect(log(new Conflict({ message: '\u001B[31mred\u0007' }))).toContain('conflict: ?[31mred?')
  })

  test('keeps the first frame of an error that a package threw, and values without a stack', () => {
    const error = new Error('in a package')
    error.stack =
      'Error: in a package\n    at query (/srv/app/node_modules/pg/index.js:1:2)\n    at run (/srv/app/node_modules/pg/index.js:3:4)'
    expect(log(error)).toMatch(/in a package\n {4}at query \(\/srv\/app\/node_modules\/pg\/index\.js:1:2\)$/)
    expect(log('a string')).toMatch(/internal_error: string: a string$/)
  })

  test('is called for each failure', () => {
    const write = vi.spyOn(console, 'error').mockReturnValue()
    const responder = createResponder({ envelope: 'openai', onError: logToTerminal })
    for (let count = 0; count < 3; count++) responder.respond(new InternalError(), createRequest())
    expect(write).toHaveBeenCalledTimes(3)
  })
})
