import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:https'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tls from 'node:tls'
import { createResponder, defineEnvelope, EndpointNotFound, envelopes, QuotaExceeded } from '@faultline/core'
import { sendError } from '@faultline/node'
import { listen, serve, serveSocket } from '@faultline/test-kit'
import { describe, expect, test } from 'vitest'
import { checkServer, checkTopics, type CheckOptions, type CheckReport } from '../src/check/index.ts'
import { startConformingServer } from './conforming-server.ts'

const envelope = envelopes['ai-api']
const allPaths = { get: '/items', post: '/make', raise: '/errors/{code}', raiseStream: '/streams/{code}' }

/** Formats all findings of a report. */
function formatFindings({ results }: CheckReport): string[] {
  return results.flatMap(({ topic, name, findings }) =>
    findings.map(({ rule, message }) => `${topic}/${name}: ${rule}: ${message}`),
  )
}

describe('a conforming server passes', () => {
  test.each(['ai-api', 'compresr:strict', 'anthropic', 'problem-details'] as const)('in %s', async (id) => {
    const [name, mode] = id.split(':') as [keyof typeof envelopes, string?]
    const url = await startConformingServer(id)
    const report = await checkServer({
      url,
      envelope: mode ? envelopes[name].strict : envelopes[name],
      plan: allPaths,
    })
    expect(formatFindings(report)).toEqual([])
    expect(report).toMatchObject({ envelope: id, failed: 0 })
    expect(new Set(report.results.map(({ topic }) => topic))).toEqual(
      new Set(checkTopics.filter((topic) => topic !== 'requests')),
    )
  })

  test('below a path, and in a custom envelope', async () => {
    const customEnvelope = defineEnvelope({
      id: 'pets',
      codes: { missing: { status: 404 }, broken: { status: 500 } },
      mapping: { default: 'broken', not_found: 'missing', endpoint_not_found: 'missing' },
      renderBody: ({ code, message }) => ({ problem: code, text: message }),
      parseBody: ({ problem, text }) =>
        typeof problem === 'string' ? { code: problem, message: text as string } : undefined,
    })
    const url = await startConformingServer(customEnvelope, '/api/v2')
    const report = await checkServer({ url: `${url}/`, envelope: customEnvelope, plan: allPaths })
    expect(formatFindings(report)).toEqual([])
    expect(report.passed).toBeGreaterThan(150)
  })

  test('over TLS with a trusted certificate', async ({ skip }) => {
    if (spawnSync('openssl', ['version']).status !== 0) skip('openssl is not installed.')
    const folder = mkdtempSync(join(tmpdir(), 'faultline-'))
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1']
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '2',
        ...subject,
        '-keyout',
        key,
        '-out',
        cert,
      ],
      { stdio: 'ignore' },
    )
    const responder = createResponder({ envelope, onError: () => {} })
    const secure = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) =>
      sendError(responder, new EndpointNotFound(), request, response),
    )
    const url = (await listen(secure)).replace('http:', 'https:')
    const options = { url, envelope, plan: { gaps: { 'protocol/*': 'x' } } }
    const defaultCertificates = tls.rootCertificates
    const { setDefaultCACertificates: trust } = tls as unknown as {
      setDefaultCACertificates: (list: readonly string[]) => void
    }
    try {
      await expect(checkServer(options)).rejects.toThrow(/cannot be reached: self-signed certificate/)
      trust([readFileSync(cert, 'utf8')])
      expect(formatFindings(await checkServer(options))).toEqual([])
    } finally {
      trust(defaultCertificates)
      rmSync(folder, { recursive: true })
    }
  })
})

test('the built-in requests have no side effects', async () => {
  const seen = new Set<string>()
  const url = await serve((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString('latin1')))
    request.on('end', () => {
      const path = request.url!.split('?', 1)[0]!
      const isSafe = ['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND'].includes(request.method!)
      const type = request.headers['content-type'] ?? ''
      const isJson = type.startsWith('application/') && request.headers['content-encoding'] === undefined
      const isParsed = ((): boolean => {
        try {
          // The body that is too large is valid JSON: a string.
          return isJson && typeof JSON.parse(body) === 'object'
        } catch {
          return false
        }
      })()
      if (!isSafe && (isParsed || !['/make'].includes(path))) seen.add(`${request.method} ${path}`)
      response.statusCode = path === '/items' ? 200 : 404
      response.end('{}')
    })
  })
  await checkServer({ url, envelope, plan: { get: '/items', post: '/make' } })
  expect([...seen].toSorted()).toEqual(['POST /nope'])
})

describe('checkServer rejects', () => {
  const check = (options: Partial<CheckOptions>): Promise<CheckReport> =>
    checkServer({ url: 'http://127.0.0.1:1', envelope, ...options })

  test.each<[Partial<CheckOptions>, RegExp]>([
    [{ url: 'ftp://a.example' }, /^TypeError: url must start with http:\/\/ or https:\/\/, not "ftp:/],
    [{ url: 'nonsense' }, /url must start with http/],
    [
      { url: 'http://me:hunter2@127.0.0.1' },
      /^TypeError: url must not contain credentials, a query or a fragment$/,
    ],
    [{ url: 'http://:hunter2@127.0.0.1' }, /^TypeError: url must not contain credentials/],
    [
      { plan: { requests: [{ path: '/', headers: { a: 'hunter2\r\nb: c' }, expect: {} }] } },
      /^TypeError: plan\.requests\[0\]\.headers: "a" cannot be sent with this value$/,
    ],
    [{ headers: { 'bad name': 'x' } }, /headers: "bad name" cannot be sent with this value/],
    [{ headers: { a: 'b\nc' } }, /headers: "a" cannot be sent with this value/],
    [{ timeout: 0 }, /timeout must be a number of milliseconds, not 0/],
    [{ openapi: {} }, /cannot be reached|Not an OpenAPI 3 document/],
    [{ plan: [] as never }, /^TypeError: plan must be an object$/],
    [{ plan: { get: 'items' } }, /plan\.get must start with a slash/],
    [{ plan: { raise: '/errors' } }, /plan\.raise must contain \{code\}/],
    [{ plan: { nope: 1 } as never }, /plan\.nope is unknown; allowed members: get, post, raise/],
    [
      { plan: { requests: [{ path: '/', expect: { code: 'nope' } }] } },
      /Unknown code "nope"; use a code of the taxonomy or of ai-api/,
    ],
    [
      {
        plan: {
          requests: [{ path: 7, headers: [], expect: { isTruncated: 'x', teapot: 1 } }, null],
        } as never,
      },
      /requests\[0\]\.headers must be of type object, not array\n.*\[0\]\.path must start with a slash\n.*isTruncated must be of type boolean, not string\n.*teapot is unknown.*\n.*requests\[1\] must be an object/,
    ],
    [{ plan: { requests: [{ path: '/' }] } as never }, /requests\[0\]\.expect is missing/],
    [
      { plan: { gaps: { 'routing/unknown-route': ' ' } } },
      /plan\.gaps\["routing\/unknown-route"\] needs a reason/,
    ],
    [{}, /127\.0\.0\.1:1 cannot be reached: connect ECONNREFUSED/],
  ])('%j with a message about the option', async (options, message) => {
    const error: unknown = await check(options).catch((thrown: unknown) => thrown)
    expect(String(error)).toMatch(message)
    expect(String(error)).not.toContain('hunter2')
  })

  test('an unknown probe in the gaps', async () => {
    const url = await startConformingServer('ai-api')
    await expect(checkServer({ url, envelope, plan: { gaps: { 'routing/nope': 'x' } } })).rejects.toThrow(
      'plan.gaps: unknown probe "routing/nope"',
    )
  })
})

test('a gap is skipped, and its reason is in the report', async () => {
  const url = await startConformingServer('ai-api')
  const gaps = { 'protocol/*': 'A proxy answers it.', 'routing/double-slash': 'Slashes are merged.' }
  const { results } = await checkServer({ url, envelope, plan: { gaps } })
  const skipped = results.filter(({ reason }) => Object.values(gaps).includes(reason ?? ''))
  expect(skipped.length).toBeGreaterThan(20)
  expect(skipped.every(({ outcome }) => outcome === 'skipped')).toBe(true)
})

describe('a server', () => {
  test('with another envelope gets a finding with the name of that envelope', async () => {
    const report = await checkServer({ url: await startConformingServer('compresr'), envelope })
    expect(formatFindings(report)[0]).toMatch(
      /^routing\/unknown-route: envelope: The body matches envelope compresr, expected ai-api: /,
    )
  })

  test('that sends HTML gets findings about the type and the body', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(404, { 'Content-Type': 'text/html' }).end('<h1>Not found</h1>')
    })
    const findings = formatFindings(await checkServer({ url, envelope }))
    expect(findings).toContain(
      'routing/unknown-route: content-type: Content-Type is "text/html", expected application/json; charset=utf-8',
    )
    expect(findings).toContain(
      'routing/unknown-route: json: The body is not valid JSON: "<h1>Not found</h1>"',
    )
  })

  test('that never responds is abandoned after five probes', async () => {
    const report = await checkServer({ url: await serveSocket(() => {}), envelope, timeout: 60 })
    expect(formatFindings(report)[0]).toBe(
      'routing/unknown-route: answer: No response; the connection stays open',
    )
    expect(report.failed).toBe(5)
    expect(report.results.at(-2)).toMatchObject({ outcome: 'skipped' })
    expect(report.results.some(({ reason }) => reason === 'The server stopped responding')).toBe(true)
  })

  test.each<[string, (url: void) => Promise<string>, RegExp]>([
    [
      'that closes every connection',
      () => serveSocket((socket) => socket.destroy()),
      /No response|Cannot connect/,
    ],
    [
      'that does not send HTTP',
      () => serveSocket((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n\r\n')),
      /./,
    ],
    [
      'that never ends its body',
      () =>
        serveSocket((socket) => {
          socket.write('HTTP/1.1 404 Not Found\r\nContent-Length: 99999999\r\n\r\n')
          const writeMore = (): void => {
            while (!socket.destroyed && socket.write('x'.repeat(65_536)));
          }
          socket.on('drain', writeMore)
          writeMore()
        }),
      /whole: The body is truncated|No response/,
    ],
  ])(
    '%s fails, and the check ends',
    async (_name, start, message) => {
      // Each probe reads megabytes until its timeout, so only one topic runs.
      const otherTopics = checkTopics.filter((topic) => topic !== 'routing')
      const plan = { gaps: Object.fromEntries(otherTopics.map((topic) => [`${topic}/*`, 'Not tested.'])) }
      const report = await checkServer({ url: await start(), envelope, plan, timeout: 500 })
      expect(report.failed).toBeGreaterThan(4)
      expect(formatFindings(report)[0]).toMatch(message)
    },
    60_000,
  )

  test('that sends a negative chunk size fails, and the check ends', async () => {
    const chunks = 'HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n-6\r\nabc\r\n'
    const url = await serveSocket((socket) => socket.write(chunks))
    const report = await checkServer({ url, envelope, timeout: 60 })
    expect(formatFindings(report)[0]).toContain('answer: No response')
  })

  test('that sends Transfer-Encoding in upper case, and trailers, is parsed', async () => {
    const head = 'HTTP/1.1 404 Not Found\r\nTransfer-Encoding: Chunked\r\nConnection: close\r\n'
    const url = await serveSocket((socket) => {
      socket.once('data', () => socket.end(`${head}\r\n2;a=b\r\n{}\r\n0\r\nETag: x\r\n\r\n`))
    })
    const findings = formatFindings(await checkServer({ url, envelope, timeout: 500 }))
    expect(findings[0]).toMatch(/^routing\/unknown-route: envelope: The body does not match envelope ai-api/)
    expect(findings.filter((each) => /: (?:once|whole|answer): /.test(each))).toEqual([])
  })

  test('that echoes a key gets a finding, and the report does not contain the key', async () => {
    const key = 'a-very-secret-key-7'
    const url = await serve(({ headers }, response) => {
      response.writeHead(404, { 'Content-Type': 'application/json' }).end(JSON.stringify(headers))
    })
    const report = await checkServer({ url, envelope, headers: { Authorization: `Bearer ${key}` } })
    expect(formatFindings(report)).toContain(
      "routing/unknown-route: leak: The response contains the client's credentials",
    )
    expect(JSON.stringify(report)).not.toContain(key)
  })

  test.each([
    ['whole', '<p>'],
    ['truncated', `<p>${'a'.repeat(40)}`],
  ])('that echoes a key in HTML has a report without the key, %s', async (_name, before) => {
    const key = 'sk-live-a1b2c3d4e5f6g7h8'
    const url = await serve((request, response) => {
      response
        .writeHead(404, { 'Content-Type': 'text/html' })
        .end(before + String(request.headers.authorization))
    })
    const report = await checkServer({ url, envelope, headers: { Authorization: `Bearer ${key}` } })
    expect(formatFindings(report)).toContain(
      "routing/unknown-route: leak: The response contains the client's credentials",
    )
    expect(JSON.stringify(report)).not.toContain('sk-liv')
  })

  test('that echoes a cookie and the key of a planned request gets findings without them', async () => {
    const url = await serve(({ headers }, response) => {
      response.statusCode = 404
      response.end(`${String(headers['x-api-key'])} ${headers.cookie?.slice(8)}`)
    })
    const requests = [{ path: '/', headers: { 'X-Api-Key': 'k-planned' }, expect: { code: 'not_found' } }]
    const headers = { Cookie: 'session=s-12345678; theme=dark' }
    const report = await checkServer({ url, envelope, plan: { requests }, headers })
    const findings = formatFindings(report)
    expect(findings).toContain("routing/unknown-route: leak: The response contains the client's credentials")
    expect(findings).toContain("requests/GET /: leak: The response contains the client's credentials")
    expect(JSON.stringify(report)).not.toMatch(/k-planned|s-12345678/)
  })

  test('that sends control characters has a report without them', async () => {
    const answer = 'HTTP/1.1 404 Not Found\r\nLocation: \u001B[2J\u009B31m\r\nContent-Length: 0\r\n\r\n'
    const url = await serveSocket((socket) => socket.on('data', () => socket.write(answer, 'latin1')))
    const findings = formatFindings(await checkServer({ url, envelope, timeout: 500 }))
    expect(findings).toContain(
      'routing/unknown-route: abandoned-header: location is ?[2J?31m, expected no such header',
    )
  })

  test('that sends an interim response is checked by the final response', async () => {
    const responder = createResponder({ envelope, onError: () => {} })
    const url = await serve((request, response) => {
      response.writeEarlyHints({ link: '</a.css>; rel=preload; as=style' })
      sendError(responder, new EndpointNotFound(), request, response)
    })
    const { results } = await checkServer({
      url,
      envelope,
      plan: { gaps: { 'protocol/*': 'Node responds.' } },
    })
    expect(results.find(({ name }) => name === 'unknown-route')).toMatchObject({ findings: [], status: 404 })
  })

  test('that accepts invalid HTTP does not receive it on a path with a route', async () => {
    const seen = new Set<string>()
    const url = await listen(
      createHttpServer({ insecureHTTPParser: true }, (request, response) => {
        request.resume().on('end', () => {
          if (request.method === 'POST' && request.url === '/make')
            seen.add(`${request.method} ${request.url}`)
          response.statusCode = 404
          response.end('{}')
        })
      }),
    )
    const gaps = { 'body/*': 'Those probes use the path.' }
    const plan = { post: '/make', gaps }
    await checkServer({ url, envelope, plan, timeout: 200 })
    expect([...seen]).toEqual([])
  })

  test('may end a response to HTTP/1.0 by closing the connection', async () => {
    const responder = createResponder({ envelope, onError: () => {} })
    const url = await serve((request, response) => {
      const { method = '', url: target = '', headers } = request
      const header = (name: string): string | undefined => headers[name] as string | undefined
      const serialized = responder.respond(new EndpointNotFound(), {
        method,
        url: target,
        header,
        raw: request,
      })
      const { 'content-length': _, ...rest } = serialized.headers
      response.writeHead(serialized.status, rest).write(serialized.body)
      response.end()
    })
    const { results } = await checkServer({
      url,
      envelope,
      plan: { gaps: { 'protocol/*': 'x', 'body/*': 'x' } },
    })
    const result = results.find(({ name }) => name === 'http-1.0-client')
    expect(result).toMatchObject({ outcome: 'passed', findings: [], status: 404 })
  })

  test('whose envelope throws while parsing gets a finding about the envelope', async () => {
    const customEnvelope = defineEnvelope({
      id: 'pets',
      codes: { broken: { status: 500 } },
      mapping: { default: 'broken' },
      renderBody: ({ code }) => ({ code }),
      parseBody: ({ code }) => ({ code: code as string }),
    })
    // The function throws only for responses of the server.
    const parse = customEnvelope.parse.bind(customEnvelope)
    Object.defineProperties(customEnvelope, {
      schema: { value: {} },
      parse: {
        value(response: { body: string }) {
          if (response.body === '{}') throw new TypeError('Cannot parse')
          return parse(response)
        },
      },
    })
    const url = await serve((_request, response) => response.writeHead(404).end('{}'))
    expect(formatFindings(await checkServer({ url, envelope: customEnvelope }))).toContain(
      'routing/unknown-route: envelope: Cannot check the response: Cannot parse',
    )
  })
})

test('headers of a planned request replace the headers of the options in any case', async () => {
  const lines: string[][] = []
  const url = await serve((request, response) => {
    if (request.url === '/make') lines.push(request.rawHeaders)
    response.statusCode = request.url === '/make' ? 200 : 404
    response.end()
  })
  const headers = { Authorization: 'Bearer other-key', 'Content-Type': 'application/merge-patch+json' }
  const requests = [{ method: 'PATCH', path: '/make', headers, body: {}, expect: {} }]
  await checkServer({ url, envelope, headers: { authorization: 'Bearer my-key' }, plan: { requests } })
  expect(lines[0]!.filter((_, index) => index % 2 === 0).toSorted()).toEqual([
    'authorization',
    'content-length',
    'content-type',
    'host',
  ])
  expect(lines[0]).toEqual(expect.arrayContaining(['Bearer other-key', 'application/merge-patch+json']))
})

describe('custom errors', () => {
  class OutOfCredits extends QuotaExceeded {
    static override code = 'out_of_credits'
    static override status = 402
  }

  test('are raised and expected like those of the taxonomy', async () => {
    const responder = createResponder({ envelope, onError: () => {} })
    const url = await serve((request, response) => {
      const error = request.url === '/errors/out_of_credits' ? new OutOfCredits() : new EndpointNotFound()
      sendError(responder, error, request, response)
    })
    const { results } = await checkServer({
      url,
      envelope,
      errorClasses: [OutOfCredits],
      plan: { raise: '/errors/{code}' },
    })
    const raised = results.filter(({ topic, outcome }) => topic === 'raise' && outcome === 'passed')
    expect(raised.map(({ name }) => name)).toEqual(['endpoint_not_found', 'out_of_credits'])
  })

  test('can have another header for request ids', async () => {
    const responder = createResponder({ envelope, requestIdHeader: 'x-trace-id', onError: () => {} })
    const url = await serve((request, response) =>
      sendError(responder, new EndpointNotFound(), request, response),
    )
    const options = { url, envelope, plan: { gaps: { 'protocol/*': 'x' } } }
    expect(formatFindings(await checkServer({ ...options, requestIdHeader: 'X-Trace-Id' }))).toEqual([])
    expect(formatFindings(await checkServer(options))).toContain(
      'routing/unknown-route: request-id: x-request-id is missing, expected a request id',
    )
  })
})

describe('an OpenAPI document', () => {
  const createDocument = (openapi: string, schema: object): object => ({
    openapi,
    info: { title: 'x', version: '1' },
    paths: {
      '/items': {
        get: {
          responses: {
            200: { $ref: '#/components/responses/Ok' },
            '4XX': { $ref: '#/components/responses/Failed' },
          },
        },
      },
    },
    components: {
      responses: {
        Ok: { description: 'x' },
        Failed: { description: 'x', content: { 'application/json': { schema } } },
      },
    },
  })
  const gaps = { 'protocol/*': 'x' }

  async function findOpenApiProblems(document: object): Promise<string[]> {
    const responder = createResponder({ envelope, onError: () => {} })
    const url = await serve((request, response) => {
      if (request.url === '/openapi.json') response.end(JSON.stringify(document))
      else if (request.url === '/items' && request.headers.authorization === 'Bearer right')
        response.end('{}')
      else sendError(responder, new EndpointNotFound(), request, response)
    })
    const headers = { authorization: 'Bearer right' }
    return formatFindings(await checkServer({ url, envelope, headers, plan: { gaps } })).filter((finding) =>
      finding.startsWith('openapi'),
    )
  }

  const correctSchema = { type: 'object', required: ['success'], properties: { error: { type: 'object' } } }

  test.each([
    ['3.1.0', correctSchema],
    ['3.0.3', { ...correctSchema, properties: { error: { type: 'object', nullable: true } } }],
  ])('of %s that describes the responses is passed, and provides a path for GET', async (version, schema) => {
    expect(await findOpenApiProblems(createDocument(version, schema))).toEqual([])
  })

  test('with another schema gets a finding', async () => {
    expect(
      await findOpenApiProblems(createDocument('3.1.0', { type: 'object', required: ['teapot'] })),
    ).toEqual([
      "openapi/GET /items 404: openapi: The body does not match the OpenAPI document: body must have required property 'teapot'",
    ])
  })

  test('without a status gets a finding', async () => {
    const document = {
      openapi: '3.1.0',
      paths: { '/items': { get: { responses: { 200: { description: 'x' } } } } },
    }
    expect(await findOpenApiProblems(document)).toEqual([
      'openapi/GET /items 404: openapi: The OpenAPI document does not describe status 404 of GET /items',
    ])
  })

  test.each<[string, object]>([
    ['paths and media types that are null', { 'application/json': null }],
    ['a range of media types', { 'application/*': {} }],
    ['any media type', { '*/*': {} }],
  ])('with %s is accepted', async (_name, content) => {
    const responses = { 200: { description: 'x' }, default: { description: 'x', content } }
    const paths = { '/nothing': null, '/items': { get: { responses } } }
    expect(await findOpenApiProblems({ openapi: '3.1.0', paths })).toEqual([])
  })

  test('of another version is rejected', async () => {
    const url = await startConformingServer('ai-api')
    await expect(checkServer({ url, envelope, openapi: { swagger: '2.0' } })).rejects.toThrow(
      'Not an OpenAPI 3 document: `openapi` (3.x) or `paths` is missing',
    )
  })
})
