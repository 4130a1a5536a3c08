// CONNECT over HTTP/2 must not be answered 2xx, which opens a tunnel (RFC 9110, 9.3.6; RFC 9113, 8.5). Plain Node answers 405.
import { once } from 'node:events'
import http2 from 'node:http2'
import Fastify from 'fastify'
import { attach } from '@faultline/node'
import { faultline } from '@faultline/fastify'
import { check, finish } from './check.mjs'

const options = { envelope: 'a15t', onError() {} }

async function listen(server) {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  server.unref()
  return server.address().port
}

function connect(port) {
  return new Promise((resolve) => {
    const session = http2.connect(`http://127.0.0.1:${port}`)
    const stream = session.request({ ':method': 'CONNECT', ':authority': 'other.example:1' })
    let status
    let body = ''
    stream.on('response', (headers) => (status = headers[':status']))
    stream.on('data', (chunk) => (body += chunk))
    stream.on('close', () => {
      session.destroy()
      resolve({ status, body })
    })
    stream.end()
  })
}

const plain = await connect(await listen(http2.createServer((request, response) => response.end())))
check('a plain HTTP/2 server answers 405', plain.status === 405, plain)

const attached = attach(
  http2.createServer((request, response) => response.end()),
  options,
)
const answer = await connect(await listen(attached))
check('attach(): 405', answer.status === 405, answer)

const app = Fastify({ http2: true })
await app.register(faultline, options)
await app.listen({ port: 0, host: '127.0.0.1' })
const fastify = await connect(app.server.address().port)
check('Fastify with http2: 405', fastify.status === 405, fastify)
finish()
