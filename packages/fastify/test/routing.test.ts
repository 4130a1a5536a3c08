import { fetchError } from '@faultline/test-kit'
import { RawClient, formatRequest } from '@faultline/testing'
import Fastify, { type FastifyInstance } from 'fastify'
import { describe, expect, test } from 'vitest'
import { faultline, serverOptions, Unauthenticated, type FaultlineOptions } from '../src/index.ts'
import { listen, serve } from './serve.ts'

const ORIGIN = 'https://app.example'

/** Adds a hook that sets the header of CORS, as @fastify/cors does. */
function allowOrigin(app: FastifyInstance): void {
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('access-control-allow-origin', ORIGIN)
  })
}

describe('a method without a route', () => {
  test.each(['QUERY', 'DELETE', 'PURGE', 'TRACE'])('%s is a 405 on a known path', async (method) => {
    const { port, errors } = await serve((app) => app.get('/pets', async () => ({})))
    const client = await RawClient.open(port)
    client.send(formatRequest(`${method} /pets`))
    expect(await client.response()).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } })
    client.send(formatRequest(`${method} /unknown`))
    expect(await client.response()).toMatchObject({ status: 404 })
    client.close()
    expect(errors).toMatchObject([{ code: 'method_not_allowed' }, { code: 'endpoint_not_found' }])
  })
})

describe('a body without a route', () => {
  test.each([
    ['malformed', 'application/json', '{"a":'],
    ['empty', 'application/json', ''],
    ['too large', 'application/json', `"${'x'.repeat(2000)}"`],
    ['of an unknown type', 'application/xml', '<a/>'],
  ])('that is %s is a 404, or a 405 on a known path', async (_name, type, body) => {
    const { url, errors } = await serve((app) => app.get('/pets', async () => ({})), { bodyLimit: 1000 })
    const init = { method: 'POST', headers: { 'content-type': type }, body }
    expect(await fetchError(`${url}/unknown`, init)).toMatchObject({
      status: 404,
      code: 'ENDPOINT_NOT_FOUND',
    })
    const { status, headers } = await fetchError(`${url}/pets`, init)
    expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    expect(errors).toHaveLength(2)
  })

  test('is a 404 in the envelope of its plugin', async () => {
    const { url } = await serve((app) => {
      app.register(
        async (plugin) => {
          await plugin.register(faultline, { envelope: 'openai', onError: () => {} })
        },
        { prefix: '/v1' },
      )
    })
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' }
    const { status, text } = await fetchError(`${url}/v1/unknown`, init)
    expect([status, JSON.parse(text)]).toMatchObject([404, { error: { type: 'invalid_request_error' } }])
  })

  test('that is malformed stays an error for the not-found handler of the app', async () => {
    const { url } = await serve((app) => {
      app.register(
        async (plugin) => {
          plugin.setNotFoundHandler((_request, reply) => reply.send({ mine: true }))
        },
        { prefix: '/own' },
      )
    })
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' }
    expect(await fetchError(`${url}/own/unknown`, init)).toMatchObject({
      status: 400,
      code: 'INVALID_REQUEST',
    })
  })

  test('does not hide the error of a hook', async () => {
    const { url } = await serve((app) => {
      app.addHook('onRequest', async () => {
        throw new Unauthenticated()
      })
    })
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' }
    expect(await fetchError(`${url}/unknown`, init)).toMatchObject({ status: 401 })
  })
})

describe('a URL that cannot be routed', () => {
  const urls: [string, string, number][] = [
    ['is not valid', '/pets/%zz', 400],
    ['is not UTF-8', '/%ff?q=%zz', 400],
    ['has a parameter that is too long', `/pets/${'x'.repeat(200)}`, 414],
  ]

  test.each(urls)('and %s has the headers of onRequest hooks', async (_name, path, status) => {
    const seen: unknown[] = []
    const { url, errors } = await serve((app) => {
      allowOrigin(app)
      app.addHook('onRequest', async (request) => void seen.push(request.originalUrl))
      app.addHook('onError', async (request) => void seen.push(request.url, request.originalUrl))
      app.get('/pets/:id', async () => ({ mine: true }))
      // A wildcard also matches a path with a parameter that is too long.
      if (status === 400) app.get('/*', async () => ({ mine: true }))
    }, 'serverOptions')
    const response = await fetchError(url + path)
    expect(response.status).toBe(status)
    expect(response.headers.get('access-control-allow-origin')).toBe(ORIGIN)
    expect(response.headers.get('x-request-id')).toMatch(/^req_[a-z0-9]{24}$/)
    expect(errors).toHaveLength(1)
    expect(seen).toEqual([path, path, path])
  })

  test('is answered without any route, too', async () => {
    const { url, errors } = await serve(allowOrigin, 'serverOptions')
    const response = await fetchError(`${url}/%zz`)
    expect(response).toMatchObject({ status: 400, code: 'INVALID_REQUEST' })
    expect(response.headers.get('access-control-allow-origin')).toBe(ORIGIN)
    expect(errors).toHaveLength(1)
  })

  test('is answered without the hooks if only a plugin has Faultline', async () => {
    const options: FaultlineOptions = { envelope: 'ai-api', onError: () => {} }
    const app = Fastify(serverOptions(options))
    allowOrigin(app)
    app.get('/*', async () => ({ mine: true }))
    app.register(async (plugin) => plugin.register(faultline, options), { prefix: '/v1' })
    const { url } = await listen(app)
    const response = await fetchError(`${url}/%zz`)
    expect(response).toMatchObject({ status: 400, code: 'INVALID_REQUEST' })
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
  })

  test('keeps the URL that `rewriteUrl` has changed', async () => {
    const seen: unknown[] = []
    const options: FaultlineOptions = {
      envelope: 'ai-api',
      onError: (_error, _thrown, { raw }) => void seen.push(raw.url, raw.originalUrl),
    }
    const app = Fastify({ ...serverOptions(options), rewriteUrl: ({ url = '' }) => url.replace('/api', '') })
    await app.register(faultline, options)
    const { url } = await listen(app)
    expect(await fetchError(`${url}/api/%zz`)).toMatchObject({ status: 400, code: 'INVALID_REQUEST' })
    expect(seen).toEqual(['/%zz', '/api/%zz'])
  })

  test('is the error of the response if a hook fails, too', async () => {
    const { url, errors } = await serve((app) => {
      allowOrigin(app)
      app.addHook('onRequest', async () => {
        throw new Unauthenticated()
      })
    }, 'serverOptions')
    const response = await fetchError(`${url}/%zz`)
    expect(response).toMatchObject({ status: 400, code: 'INVALID_REQUEST' })
    expect(response.headers.get('access-control-allow-origin')).toBe(ORIGIN)
    expect(errors).toMatchObject([{ code: 'invalid_request' }])
  })

  test('is answered by a hook that sends a response', async () => {
    const { url, errors } = await serve((app) => {
      app.addHook('onRequest', async (_request, reply) => reply.send({ mine: true }))
    }, 'serverOptions')
    expect((await fetchError(`${url}/%zz`)).text).toBe('{"mine":true}')
    expect(errors).toEqual([])
  })

  test('is answered in the envelope of its plugin', async () => {
    const { url } = await serve((app) => {
      app.register(
        async (plugin) => {
          await plugin.register(faultline, { envelope: 'openai', onError: () => {} })
          plugin.get('/models/:id', async () => ({}))
        },
        { prefix: '/v1' },
      )
    }, 'serverOptions')
    const { status, text } = await fetchError(`${url}/v1/models/%zz`)
    expect([status, JSON.parse(text)]).toMatchObject([400, { error: { type: 'invalid_request_error' } }])
  })
})
