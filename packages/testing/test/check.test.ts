import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:https'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tls from 'node:tls'
import { createResponder, defineEnvelope, EndpointNotFound, envelopes, QuotaExceeded } from '@faultline/core'
import { sendError } from '@faultline/node'
import { afterEach, describe, expect, test } from 'vitest'
import { checkServer, checkTopics, type CheckOptions, type CheckReport } from '../src/check/index.ts'
import { listen } from '../src/suite/fixture.ts'
import { closeAll, serve, serveSocket, soundServer } from './check-server.ts'

afterEach(closeAll)

const envelope = envelopes['ai-api']
const all = { get: '/items', post: '/make', raise: '/errors/{code}', raiseStream: '/streams/{code}' }

function wrongIn({ results }: CheckReport): string[] {
  return results.flatMap(({ topic, name, findings }) =>
    findings.map(({ rule, message }) => `${topic}/${name}: ${rule}: ${message}`),
  )
}

describe('a sound server passes', () => {
  test.each(['ai-api', 'compresr:strict', 'anthropic', 'problem-details'] as const)('in %s', async (id) => {
    const [name, mode] = id.split(':') as [keyof typeof envelopes, string?]
    const url = await soundServer(id)
    const report = await checkServer({
      url,
      envelope: mode ? envelopes[name].strict : envelopes[name],
      plan: all,
    })
    expect(wrongIn(report)).toEqual([])
    expect(report).toMatchObject({ envelope: id, failed: 0 })
    expect(new Set(report.results.map(({ topic }) => topic))).toEqual(
      new Set(checkTopics.filter((topic) => topic !== 'requests')),
    )
  })

  test('below a path, and in an envelope of its own', async () => {
    const own = defineEnvelope({
      id: 'pets',
      codes: { missing: { status: 404 }, broken: { status: 500 } },
      mapping: { default: 'broken', not_found: 'missing', endpoint_not_found: 'missing' },
      renderBody: ({ code, message }) => ({ problem: code, text: message }),
      parseBody: ({ problem, text }) =>
        typeof problem === 'string' ? { code: problem, message: text as string } : undefined,
    })
    const url = await soundServer(own, '/api/v2')
    const report = await checkServer({ url: `${url}/`, envelope: own, plan: all })
    expect(wrongIn(report)).toEqual([])
    expect(report.passed).toBeGreaterThan(150)
  })

  test('over TLS, where its certificate is trusted', async ({ skip }) => {
    if (spawnSync('openssl', ['version']).status !== 0) skip('There is no openssl on this machine.')
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
    const server = await listen(secure)
    const given = { url: `https://127.0.0.1:${server.port}`, envelope, plan: { gaps: { 'protocol/*': 'x' } } }
    const trusted = tls.rootCertificates
    const { setDefaultCACertificates: trust } = tls as unknown as {
      setDefaultCACertificates: (list: readonly string[]) => void
    }
    try {
      await expect(checkServer(given)).rejects.toThrow(/can't be reached: self-signed certificate/)
      trust([readFileSync(cert, 'utf8')])
      expect(wrongIn(await checkServer(given))).toEqual([])
    } finally {
      trust(trusted)
      await server.close()
      rmSync(folder, { recursive: true })
    }
  })
})

test('what it sends by itself changes nothing', async () => {
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
          // A body that is too large is of JSON; a server that took it would find a text in it.
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

describe('what can’t be checked', () => {
  const fails = (options: Partial<CheckOptions>): Promise<CheckReport> =>
    checkServer({ url: 'http://127.0.0.1:1', envelope, ...options })

  test.each<[Partial<CheckOptions>, RegExp]>([
    [{ url: 'ftp://a.example' }, /^TypeError: url must begin with http:\/\/ or https:\/\/, not "ftp:/],
    [{ url: 'nonsense' }, /url must begin with http/],
    [
      { url: 'http://me:hunter2@127.0.0.1' },
      /^TypeError: url may have a host, a port and a path, and nothing else$/,
    ],
    [{ url: 'http://:hunter2@127.0.0.1' }, /^TypeError: url may have a host/],
    [
      { plan: { requests: [{ path: '/', headers: { a: 'hunter2\r\nb: c' }, expect: {} }] } },
      /^TypeError: plan\.requests\[0\]\.headers: "a" can't be sent with that value$/,
    ],
    [{ headers: { 'bad name': 'x' } }, /headers: "bad name" can't be sent with that value/],
    [{ headers: { a: 'b\nc' } }, /headers: "a" can't be sent with that value/],
    [{ timeout: 0 }, /timeout must be a number of milliseconds, not 0/],
    [{ openapi: {} }, /can't be reached|This is no OpenAPI 3 document/],
    [{ plan: [] as never }, /^TypeError: plan must be an object$/],
    [{ plan: { get: 'items' } }, /plan\.get must begin with a slash/],
    [{ plan: { raise: '/errors' } }, /plan\.raise has no \{code\} in it/],
    [{ plan: { nope: 1 } as never }, /plan\.nope is unknown; known are get, post, raise/],
    [
      { plan: { requests: [{ path: '/', expect: { code: 'nope' } }] } },
      /There is no error "nope", neither in the taxonomy nor in ai-api/,
    ],
    [
      {
        plan: {
          requests: [{ path: 7, headers: [], expect: { isTruncated: 'x', teapot: 1 } }, null],
        } as never,
      },
      /requests\[0\]\.headers must be of type object, not array\n.*\[0\]\.path must begin with a slash\n.*isTruncated must be of type boolean, not string\n.*teapot is unknown.*\n.*requests\[1\] must be an object/,
    ],
    [{ plan: { requests: [{ path: '/' }] } as never }, /requests\[0\]\.expect is missing/],
    [
      { plan: { gaps: { 'routing/unknown-route': ' ' } } },
      /plan\.gaps\["routing\/unknown-route"\] needs a reason/,
    ],
    [{}, /127\.0\.0\.1:1 can't be reached: connect ECONNREFUSED/],
  ])('%j is told what is wrong', async (options, message) => {
    const error: unknown = await fails(options).catch((thrown: unknown) => thrown)
    expect(String(error)).toMatch(message)
    expect(String(error)).not.toContain('hunter2')
  })

  test('a gap that is no probe is an error', async () => {
    const url = await soundServer('ai-api')
    await expect(checkServer({ url, envelope, plan: { gaps: { 'routing/nope': 'x' } } })).rejects.toThrow(
      'plan.gaps: there is no "routing/nope"',
    )
  })
})

test('a gap is not run, and its reason is in the report', async () => {
  const url = await soundServer('ai-api')
  const gaps = { 'protocol/*': 'A proxy answers it.', 'routing/double-slash': 'Slashes are merged.' }
  const { results } = await checkServer({ url, envelope, plan: { gaps } })
  const skipped = results.filter(({ reason }) => Object.values(gaps).includes(reason ?? ''))
  expect(skipped.length).toBeGreaterThan(20)
  expect(skipped.every(({ outcome }) => outcome === 'skipped')).toBe(true)
})

describe('a server that', () => {
  test('answers in another envelope is told of by its name', async () => {
    const report = await checkServer({ url: await soundServer('compresr'), envelope })
    expect(wrongIn(report)[0]).toMatch(
      /^routing\/unknown-route: envelope: The body is of compresr, and should be of ai-api: /,
    )
  })

  test('answers in HTML is told what it should send', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(404, { 'Content-Type': 'text/html' }).end('<h1>Not found</h1>')
    })
    const told = wrongIn(await checkServer({ url, envelope }))
    expect(told).toContain(
      'routing/unknown-route: content-type: Content-Type is "text/html", and should be application/json; charset=utf-8',
    )
    expect(told).toContain('routing/unknown-route: json: The body is no JSON: it is "<h1>Not found</h1>"')
  })

  test('never answers is given up after a few probes', async () => {
    const report = await checkServer({ url: await serveSocket(() => {}), envelope, timeout: 60 })
    expect(wrongIn(report)[0]).toBe(
      'routing/unknown-route: answer: There is no answer; the connection stays open',
    )
    expect(report.failed).toBe(5)
    expect(report.results.at(-2)).toMatchObject({ outcome: 'skipped' })
    expect(report.results.some(({ reason }) => reason === 'The server does not answer any more')).toBe(true)
  })

  test.each<[string, (url: void) => Promise<string>, RegExp]>([
    [
      'closes every connection',
      () => serveSocket((socket) => socket.destroy()),
      /There is no (?:answer|connection)/,
    ],
    ['speaks no HTTP', () => serveSocket((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n\r\n')), /./],
    [
      'never ends its body',
      () =>
        serveSocket((socket) => {
          socket.write('HTTP/1.1 404 Not Found\r\nContent-Length: 99999999\r\n\r\n')
          const more = (): void => {
            while (!socket.destroyed && socket.write('x'.repeat(65_536)));
          }
          socket.on('drain', more)
          more()
        }),
      /whole: The body breaks off|There is no answer/,
    ],
  ])('%s fails, and the check comes to its end', async (_name, start, told) => {
    // Megabytes for each probe take their time.
    const plan = { gaps: { 'protocol/*': 'x', 'connection/*': 'x' } }
    const report = await checkServer({ url: await start(), envelope, plan, timeout: 500 })
    expect(report.failed).toBeGreaterThan(4)
    expect(wrongIn(report)[0]).toMatch(told)
  })

  test('has chunks of less than nothing fails, and the check comes to its end', async () => {
    const chunks = 'HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n-6\r\nabc\r\n'
    const url = await serveSocket((socket) => socket.write(chunks))
    const report = await checkServer({ url, envelope, timeout: 60 })
    expect(wrongIn(report)[0]).toContain('answer: There is no answer')
  })

  test('writes Transfer-Encoding in other letters, and trailers, is read', async () => {
    const head = 'HTTP/1.1 404 Not Found\r\nTransfer-Encoding: Chunked\r\nConnection: close\r\n'
    const url = await serveSocket((socket) => {
      socket.once('data', () => socket.end(`${head}\r\n2;a=b\r\n{}\r\n0\r\nETag: x\r\n\r\n`))
    })
    const told = wrongIn(await checkServer({ url, envelope, timeout: 500 }))
    expect(told[0]).toMatch(/^routing\/unknown-route: envelope: The body is not of ai-api/)
    expect(told.filter((each) => /: (?:once|whole|answer): /.test(each))).toEqual([])
  })

  test('says back a key is told so, and the report does not have it', async () => {
    const key = 'a-very-secret-key-7'
    const url = await serve(({ headers }, response) => {
      response.writeHead(404, { 'Content-Type': 'application/json' }).end(JSON.stringify(headers))
    })
    const report = await checkServer({ url, envelope, headers: { Authorization: `Bearer ${key}` } })
    expect(wrongIn(report)).toContain('routing/unknown-route: leak: It holds what the client is known by')
    expect(JSON.stringify(report)).not.toContain(key)
  })

  test.each([
    ['whole', '<p>'],
    ['cut off', `<p>${'a'.repeat(40)}`],
  ])('says back a key in HTML has a report without it, %s', async (_name, before) => {
    const key = 'sk-live-a1b2c3d4e5f6g7h8'
    const url = await serve((request, response) => {
      response
        .writeHead(404, { 'Content-Type': 'text/html' })
        .end(before + String(request.headers.authorization))
    })
    const report = await checkServer({ url, envelope, headers: { Authorization: `Bearer ${key}` } })
    expect(wrongIn(report)).toContain('routing/unknown-route: leak: It holds what the client is known by')
    expect(JSON.stringify(report)).not.toContain('sk-liv')
  })

  test('says back the key of a planned request, or a cookie, is told so, without either', async () => {
    const url = await serve(({ headers }, response) => {
      response.statusCode = 404
      response.end(`${String(headers['x-api-key'])} ${headers.cookie?.slice(8)}`)
    })
    const requests = [{ path: '/', headers: { 'X-Api-Key': 'k-planned' }, expect: { code: 'not_found' } }]
    const headers = { Cookie: 'session=s-12345678; theme=dark' }
    const report = await checkServer({ url, envelope, plan: { requests }, headers })
    const told = wrongIn(report)
    expect(told).toContain('routing/unknown-route: leak: It holds what the client is known by')
    expect(told).toContain('requests/GET /: leak: It holds what the client is known by')
    expect(JSON.stringify(report)).not.toMatch(/k-planned|s-12345678/)
  })

  test('sends what harms terminals has a report without it', async () => {
    const answer = 'HTTP/1.1 404 Not Found\r\nLocation: \u001B[2J\u009B31m\r\nContent-Length: 0\r\n\r\n'
    const url = await serveSocket((socket) => socket.on('data', () => socket.write(answer, 'latin1')))
    const told = wrongIn(await checkServer({ url, envelope, timeout: 500 }))
    expect(told).toContain('routing/unknown-route: abandoned-header: location is ?[2J?31m')
  })

  test('tells of something before its answer is judged by the answer', async () => {
    const responder = createResponder({ envelope, onError: () => {} })
    const url = await serve((request, response) => {
      response.writeEarlyHints({ link: '</a.css>; rel=preload; as=style' })
      sendError(responder, new EndpointNotFound(), request, response)
    })
    const { results } = await checkServer({
      url,
      envelope,
      plan: { gaps: { 'protocol/*': 'Node answers it.' } },
    })
    expect(results.find(({ name }) => name === 'unknown-route')).toMatchObject({ findings: [], status: 404 })
  })

  test('takes what others refuse, is not sent it where something is', async () => {
    const seen = new Set<string>()
    const server = await listen(
      createHttpServer({ insecureHTTPParser: true }, (request, response) => {
        request.resume().on('end', () => {
          if (request.method === 'POST' && request.url === '/make')
            seen.add(`${request.method} ${request.url}`)
          response.statusCode = 404
          response.end('{}')
        })
      }),
    )
    const gaps = { 'body/*': 'They are for the path.' }
    const plan = { post: '/make', gaps }
    await checkServer({ url: `http://127.0.0.1:${server.port}`, envelope, plan, timeout: 200 })
    await server.close()
    expect([...seen]).toEqual([])
  })

  test('streams its answers may end one for an old client by the connection', async () => {
    const responder = createResponder({ envelope, onError: () => {} })
    const url = await serve((request, response) => {
      const { method = '', url: target = '', headers } = request
      const header = (name: string): string | undefined => headers[name] as string | undefined
      const answer = responder.respond(new EndpointNotFound(), { method, url: target, header, raw: request })
      const { 'content-length': _, ...rest } = answer.headers
      response.writeHead(answer.status, rest).write(answer.body)
      response.end()
    })
    const { results } = await checkServer({
      url,
      envelope,
      plan: { gaps: { 'protocol/*': 'x', 'body/*': 'x' } },
    })
    const old = results.find(({ name }) => name === 'is closed for an old client')
    expect(old).toMatchObject({ outcome: 'passed', findings: [], status: 404 })
  })

  test('has an envelope that can’t read its answers is not told to be unreachable', async () => {
    const own = defineEnvelope({
      id: 'pets',
      codes: { broken: { status: 500 } },
      mapping: { default: 'broken' },
      renderBody: ({ code }) => ({ code }),
      parseBody: ({ code }) => ({ code: code as string }),
    })
    // What throws is met on answers alone.
    const parse = own.parse.bind(own)
    Object.defineProperties(own, {
      schema: { value: {} },
      parse: {
        value(answer: { body: string }) {
          if (answer.body === '{}') throw new TypeError('It is read in vain')
          return parse(answer)
        },
      },
    })
    const url = await serve((_request, response) => response.writeHead(404).end('{}'))
    expect(wrongIn(await checkServer({ url, envelope: own }))).toContain(
      'routing/unknown-route: envelope: What was answered can’t be judged: It is read in vain',
    )
  })
})

test('headers of a planned request take the place of the check’s own, whatever their letter case', async () => {
  const lines: string[][] = []
  const url = await serve((request, response) => {
    if (request.url === '/make') lines.push(request.rawHeaders)
    response.statusCode = request.url === '/make' ? 200 : 404
    response.end()
  })
  const headers = { Authorization: 'Bearer other-key', 'Content-Type': 'application/merge-patch+json' }
  const requests = [{ method: 'PATCH', path: '/make', headers, body: {}, expect: {} }]
  await checkServer({ url, envelope, headers: { authorization: 'Bearer my-key' }, plan: { requests } })
  expect(lines[0]!.filter((_, at) => at % 2 === 0).toSorted()).toEqual([
    'authorization',
    'content-length',
    'content-type',
    'host',
  ])
  expect(lines[0]).toEqual(expect.arrayContaining(['Bearer other-key', 'application/merge-patch+json']))
})

describe('errors of one’s own', () => {
  class OutOfCredits extends QuotaExceeded {
    static override code = 'out_of_credits'
    static override status = 402
  }

  test('are raised, and looked for, like any other', async () => {
    const responder = createResponder({ envelope, onError: () => {} })
    const url = await serve((request, response) => {
      const error = request.url === '/errors/out_of_credits' ? new OutOfCredits() : new EndpointNotFound()
      sendError(responder, error, request, response)
    })
    const { results } = await checkServer({
      url,
      envelope,
      errors: [OutOfCredits],
      plan: { raise: '/errors/{code}' },
    })
    const raised = results.filter(({ topic, outcome }) => topic === 'raise' && outcome === 'passed')
    expect(raised.map(({ name }) => name)).toEqual(['endpoint_not_found', 'out_of_credits'])
  })

  test('may have another header for request ids', async () => {
    const responder = createResponder({ envelope, requestIdHeader: 'x-trace-id', onError: () => {} })
    const url = await serve((request, response) =>
      sendError(responder, new EndpointNotFound(), request, response),
    )
    const given = { url, envelope, plan: { gaps: { 'protocol/*': 'x' } } }
    expect(wrongIn(await checkServer({ ...given, requestIdHeader: 'X-Trace-Id' }))).toEqual([])
    expect(wrongIn(await checkServer(given))).toContain(
      'routing/unknown-route: request-id: x-request-id is missing, and should be an id',
    )
  })
})

describe('an OpenAPI document', () => {
  const documentOf = (openapi: string, schema: object): object => ({
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

  async function documented(document: object): Promise<string[]> {
    const responder = createResponder({ envelope, onError: () => {} })
    const url = await serve((request, response) => {
      if (request.url === '/openapi.json') response.end(JSON.stringify(document))
      else if (request.url === '/items' && request.headers.authorization === 'Bearer right')
        response.end('{}')
      else sendError(responder, new EndpointNotFound(), request, response)
    })
    const headers = { authorization: 'Bearer right' }
    return wrongIn(await checkServer({ url, envelope, headers, plan: { gaps } })).filter((told) =>
      told.startsWith('openapi'),
    )
  }

  const right = { type: 'object', required: ['success'], properties: { error: { type: 'object' } } }

  test.each([
    ['3.1.0', right],
    ['3.0.3', { ...right, properties: { error: { type: 'object', nullable: true } } }],
  ])('of %s that is true is passed, and names a path to ask', async (version, schema) => {
    expect(await documented(documentOf(version, schema))).toEqual([])
  })

  test('that says something else is told of', async () => {
    expect(await documented(documentOf('3.1.0', { type: 'object', required: ['teapot'] }))).toEqual([
      "openapi/GET /items 404: openapi: The body is not what the document says: body must have required property 'teapot'",
    ])
  })

  test('that lacks a status is told of', async () => {
    const document = {
      openapi: '3.1.0',
      paths: { '/items': { get: { responses: { 200: { description: 'x' } } } } },
    }
    expect(await documented(document)).toEqual([
      'openapi/GET /items 404: openapi: The document tells of no 404 of GET /items',
    ])
  })

  test.each<[string, object]>([
    ['paths and media types that are null', { 'application/json': null }],
    ['a range of media types', { 'application/*': {} }],
    ['any media type', { '*/*': {} }],
  ])('with %s is read as far as it goes', async (_name, content) => {
    const responses = { 200: { description: 'x' }, default: { description: 'x', content } }
    const paths = { '/nothing': null, '/items': { get: { responses } } }
    expect(await documented({ openapi: '3.1.0', paths })).toEqual([])
  })

  test('that is none is refused', async () => {
    const url = await soundServer('ai-api')
    await expect(checkServer({ url, envelope, openapi: { swagger: '2.0' } })).rejects.toThrow(
      'This is no OpenAPI 3 document: it has no `openapi` of 3.x, or no `paths`',
    )
  })
})
