// Envelopes of a team's own that produce what cannot be sent: refuse them at start-up, or answer with the last resort.
// usage: PROJECT=<built checkout> node own-envelope-unsendable.mjs
import http from 'node:http'
import { load } from './project.mjs'

const { default: express } = await load('express')
const { faultline, defineEnvelope, Unauthenticated, Conflict } = await load('@faultline/express')
const base = {
  id: 'acme',
  codes: { E: { status: 500 }, U: { status: 401 } },
  mapping: { default: 'E', unauthenticated: 'U' },
  renderBody: ({ code, message }) => ({ fault: code, text: message }),
  parseBody: () => undefined,
}
const written = {
  render: () => ({ status: 400, headers: {}, body: {} }),
  contentType: 'application/json',
  challenge: 'Bearer',
  errorEvents: () => '',
}
// name, what makes the envelope, the error that is thrown
const cases = [
  [
    'challenge with an en dash',
    () => defineEnvelope({ ...base, challenge: 'Bearer realm="acme – api"' }),
    Unauthenticated,
  ],
  [
    'challenge with CR LF',
    () => defineEnvelope({ ...base, challenge: 'Bearer\r\nset-cookie: a=b' }),
    Unauthenticated,
  ],
  [
    'contentType with CR LF',
    () => defineEnvelope({ ...base, contentType: 'application/json\r\nset-cookie: a=b' }),
    Conflict,
  ],
  ['contentType empty', () => defineEnvelope({ ...base, contentType: '' }), Conflict],
  ['event with a line feed', () => defineEnvelope({ ...base, event: 'error\ndata: {"x":1}' }), Conflict],
  ['body undefined', () => defineEnvelope({ ...base, renderBody: () => undefined }), Conflict],
  ['body with a bigint', () => defineEnvelope({ ...base, renderBody: () => ({ a: 1n }) }), Conflict],
  [
    'body that throws',
    () =>
      defineEnvelope({
        ...base,
        renderBody: () => {
          throw 1
        },
      }),
    Conflict,
  ],
  ['body of 300 MB', () => defineEnvelope({ ...base, renderBody: () => ({ a: 'x'.repeat(3e8) }) }), Conflict],
  [
    'written by hand, status 42',
    () => ({ ...written, render: () => ({ status: 42, headers: {}, body: {} }) }),
    Conflict,
  ],
  [
    'written by hand, bad header',
    () => ({
      ...written,
      render: () => ({ status: 400, headers: { 'x-a': 'a\r\nset-cookie: b' }, body: {} }),
    }),
    Conflict,
  ],
  ['written by hand, no contentType', () => ({ render: written.render }), Conflict],
]
let failed = 0
for (const [name, make, Thrown] of cases) {
  const received = []
  let app
  try {
    const envelope = make()
    // Given by the request, as README shows for two surfaces.
    app = faultline(express(), { envelope: () => envelope, onError: (error) => received.push(error.code) })
  } catch (error) {
    console.log('ok', name, 'refused:', error.message)
    continue
  }
  app.get('/', () => {
    throw new Thrown()
  })
  const printed = console.error
  console.error = (...args) => received.push(args.join(' '))
  const server = await new Promise((done) => {
    const listening = app.listen(0, '127.0.0.1', () => done(listening))
  })
  const answer = await new Promise((done) => {
    const options = { port: server.address().port, host: '127.0.0.1', agent: false }
    http
      .get(options, (response) => {
        let size = 0
        let body = ''
        response.on('data', (chunk) => {
          size += chunk.length
          if (body.length < 1000) body += chunk
        })
        response.on('error', (error) => done({ broken: error.code }))
        response.on('end', () => done({ status: response.statusCode, headers: response.headers, size, body }))
      })
      .on('error', (error) => done({ broken: error.code }))
  })
  console.error = printed
  server.close()
  server.closeAllConnections()
  const isOk =
    answer.status >= 400 &&
    /json/.test(answer.headers['content-type'] ?? '') &&
    answer.headers['set-cookie'] === undefined &&
    answer.size < 1e6 &&
    !/Invalid status|ERR_/.test(answer.body)
  if (!isOk) failed++
  const seen = answer.broken ?? `${answer.status} ${answer.headers['content-type']} ${answer.size} bytes`
  console.log(isOk ? 'ok' : 'FAIL', name, seen, 'received:', received.slice(0, 3).join('; ').slice(0, 120))
}
process.exit(failed > 0 ? 1 : 0)
