import { fetchError } from '@faultline/test-kit'
import Fastify, { type FastifyInstance } from 'fastify'
import { describe, expect, test } from 'vitest'
import { Conflict, EndpointNotFound, faultline, type EnvelopeId } from '../src/index.ts'
import { closeAfterTests, listen, serve } from './serve.ts'

/** Creates an app whose routes are in plugins with their own registration. */
async function serveSiblings(prefix: string): Promise<string> {
  const app = Fastify()
  const addSibling = (addRoutes: (plugin: FastifyInstance) => void): void => {
    app.register(
      async (plugin) => {
        await plugin.register(faultline, { envelope: 'ai-api', onError: () => {} })
        addRoutes(plugin)
      },
      { prefix },
    )
  }
  addSibling((plugin) => plugin.get('/a', async () => ({})))
  addSibling((plugin) => plugin.post('/b', async () => ({})))
  return (await listen(app)).url + prefix
}

describe('plugins with their own registration and the same prefix', () => {
  test.each(['/v1', '/v1/', ''])('answer 405 for the routes of each other (%j)', async (prefix) => {
    const url = (await serveSiblings(prefix)).replace(/\/$/, '')
    const request = async (method: string, path: string): Promise<unknown[]> => {
      const { status, headers } = await fetchError(url + path, { method })
      return [status, headers.get('allow')]
    }
    expect(await request('DELETE', '/a')).toEqual([405, 'GET, HEAD'])
    expect(await request('DELETE', '/b')).toEqual([405, 'POST'])
    expect(await request('POST', '/a')).toEqual([405, 'GET, HEAD'])
    expect(await request('GET', '/b')).toEqual([405, 'POST'])
    expect(await request('GET', '/c')).toEqual([404, null])
  })
})

test('of plugins with the same prefix, the outermost registration answers unknown paths, otherwise the first', async () => {
  const register = async (app: FastifyInstance, envelope: EnvelopeId): Promise<void> => {
    await app.register(faultline, { envelope, onError: () => {} })
  }
  const app = Fastify()
  app.register(async (first) => register(first, 'openai'), { prefix: '/v1' })
  app.register(async (second) => register(second, 'ai-api'), { prefix: '/v1' })
  app.register(
    async (outer) => {
      outer.register(async (inner) => register(inner, 'ai-api'))
      await register(outer, 'openai')
    },
    { prefix: '/v2' },
  )
  const { url } = await listen(app)
  for (const prefix of ['/v1', '/v2']) {
    // oxlint-disable-next-line no-await-in-loop -- one request after another
    const { text } = await fetchError(`${url}${prefix}/unknown`)
    expect(JSON.parse(text)).toMatchObject({ error: { type: 'invalid_request_error' } })
  }
})

describe('a plugin without a prefix', () => {
  test('has its own registration in an app with earlier routes', async () => {
    const app = Fastify()
    app.get('/earlier', async () => {
      throw new Conflict()
    })
    app.register(async (plugin) => {
      await plugin.register(faultline, { envelope: 'ai-api' })
      plugin.get('/later', async () => {
        throw new Conflict()
      })
    })
    const { url } = await listen(app)
    expect(await fetchError(`${url}/later`)).toMatchObject({ status: 409, code: 'CONFLICT' })
    expect((await fetchError(`${url}/earlier`)).text).toContain('"statusCode":409')
  })

  test('leaves its own earlier routes to Fastify', async () => {
    const app = Fastify()
    app.register(async (plugin) => {
      plugin.get('/earlier', async () => {
        throw new Conflict()
      })
      await plugin.register(faultline, { envelope: 'ai-api' })
    })
    const { url } = await listen(app)
    expect((await fetchError(`${url}/earlier`)).text).toContain('"statusCode":409')
    expect(await fetchError(`${url}/earlier`, { method: 'DELETE' })).toMatchObject({ status: 404 })
  })

  test('does not allow a later registration on the root', async () => {
    const app = Fastify()
    closeAfterTests(app)
    app.register(async (plugin) => {
      await plugin.register(faultline, { envelope: 'ai-api' })
      plugin.get('/earlier', async () => ({}))
    })
    await expect(app.register(faultline, { envelope: 'ai-api' }).after()).rejects.toThrow(
      'faultline: register the plugin before any route',
    )
  })
})

describe('an error handler', () => {
  test('of a plugin answers the errors of the plugin only', async () => {
    const { url, errors } = await serve((app) => {
      app.register(async (plugin) => {
        plugin.setErrorHandler((_error, _request, reply) => reply.code(418).send({ mine: true }))
        plugin.get('/own', async () => {
          throw new Conflict()
        })
      })
      app.get('/other', async () => {
        throw new Conflict()
      })
    })
    expect((await fetchError(`${url}/own`)).text).toBe('{"mine":true}')
    expect(errors).toEqual([])
    expect(await fetchError(`${url}/other`)).toMatchObject({ status: 409, code: 'CONFLICT' })
  })

  test('of the root that is set after the registration comes first and can throw the error on', async () => {
    const { url, errors } = await serve((app) => {
      app.setErrorHandler((error, _request, reply) => {
        if (error instanceof Conflict) return reply.code(418).send({ mine: true })
        throw error
      })
      app.get('/own', async () => {
        throw new Conflict()
      })
      app.get('/other', async () => {
        throw new EndpointNotFound()
      })
    })
    expect((await fetchError(`${url}/own`)).text).toBe('{"mine":true}')
    expect(await fetchError(`${url}/other`)).toMatchObject({ status: 404, code: 'ENDPOINT_NOT_FOUND' })
    expect(await fetchError(`${url}/unknown`)).toMatchObject({ status: 404, code: 'ENDPOINT_NOT_FOUND' })
    expect(errors).toHaveLength(2)
  })
})

test('an error handler of the root that was set before the registration is replaced', async () => {
  const app = Fastify()
  app.setErrorHandler((_error, _request, reply) => reply.code(418).send({ mine: true }))
  await app.register(faultline, { envelope: 'ai-api' })
  app.get('/', async () => {
    throw new Conflict()
  })
  const { url } = await listen(app)
  expect(await fetchError(url)).toMatchObject({ status: 409, code: 'CONFLICT' })
})

describe('a not-found handler', () => {
  test('that is set before the registration stays, with its hooks', async () => {
    const app = Fastify()
    const ran: string[] = []
    app.setNotFoundHandler(
      {
        preHandler: (request, _reply, done) => {
          ran.push(request.url)
          done()
        },
      },
      (request, reply) => {
        if (request.url.startsWith('/api/')) throw new EndpointNotFound()
        return reply.send({ page: true })
      },
    )
    await app.register(faultline, { envelope: 'ai-api' })
    const { url } = await listen(app)
    expect((await fetchError(`${url}/page`)).text).toBe('{"page":true}')
    expect(await fetchError(`${url}/api/unknown`)).toMatchObject({ status: 404, code: 'ENDPOINT_NOT_FOUND' })
    expect(ran).toEqual(['/page', '/api/unknown'])
  })

  test('that is set for the same prefix after the registration fails', async () => {
    const app = Fastify()
    closeAfterTests(app)
    await app.register(faultline, { envelope: 'ai-api' })
    expect(() => app.setNotFoundHandler(() => {})).toThrow('Not found handler already set')
  })

  test('of a plugin with a prefix answers the unknown paths of the plugin', async () => {
    const { url } = await serve((app) => {
      app.register(
        async (plugin) => {
          plugin.setNotFoundHandler((_request, reply) => reply.code(404).send({ mine: true }))
        },
        { prefix: '/own' },
      )
    })
    expect((await fetchError(`${url}/own/unknown`)).text).toBe('{"mine":true}')
    expect(await fetchError(`${url}/unknown`)).toMatchObject({ status: 404, code: 'ENDPOINT_NOT_FOUND' })
  })
})
