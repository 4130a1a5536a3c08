// stream() on Lambda adapters, whose response is not a socket: write() of @codegenie/serverless-express returns undefined.
// Seen in public: CodeGenieApp/serverless-express#678, dougmoscrop/serverless-http#298.
// The last check (a plain stream that breaks, on serverless-http) hangs with plain Express, too.
import serverlessExpress from '@codegenie/serverless-express'
import express from 'express'
import serverlessHttp from 'serverless-http'
import { faultline, stream } from '@faultline/express'
import { check, finish, within } from './check.mjs'

const app = faultline(express(), { envelope: 'a15t', onError() {} })
const options = { contentType: 'text/plain' }
app.get('/plain', (request, response) => {
  response.write('a')
  response.end('b')
})
app.get('/ok', (request, response) =>
  stream(
    response,
    async function* () {
      yield 'a'
      yield 'b'
    },
    options,
  ),
)
app.get('/late', (request, response) =>
  stream(
    response,
    async function* () {
      yield 'a'
      throw new Error('late')
    },
    options,
  ),
)

const shown = (result) => (result === 'timeout' ? result : `${result.statusCode} ${result.body}`)
const codegenie = (serverlessExpress.default ?? serverlessExpress)({ app })
for (const path of ['/plain', '/ok', '/late']) {
  const event = {
    version: '2.0',
    rawPath: path,
    rawQueryString: '',
    headers: { host: 'localhost' },
    requestContext: { http: { method: 'GET', path, sourceIp: '192.0.2.1' } },
    isBase64Encoded: false,
  }
  const result = await within(2000, codegenie(event, {}))
  check(`@codegenie/serverless-express ${path} settles`, result !== 'timeout', shown(result))
}
const lambda = serverlessHttp(app)
for (const path of ['/ok', '/late']) {
  const event = { httpMethod: 'GET', path, headers: { host: 'localhost' }, body: null, requestContext: {} }
  const result = await within(2000, lambda(event, {}))
  check(`serverless-http ${path} settles`, result !== 'timeout', shown(result))
}
finish()
