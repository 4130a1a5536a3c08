import { createServer } from 'node:http'
import { defineRouteOptionsCases, listen, type RouteOptionsApp } from '@faultline/test-kit'
import type { Application, RequestHandler } from 'express'
import { describe, expect, test } from 'vitest'
import { Conflict, errorHandler, faultline, faultlineOptions, stream } from '../src/index.ts'
import { majors, serve, type Express } from './serve.ts'

const fail: RequestHandler = async () => {
  throw new Conflict()
}

const foreign: RequestHandler = (_request, response) => {
  response.status(403).type('text').send('no entry')
}

async function* failAfterOne(): AsyncGenerator<object> {
  yield { planted: 1 }
  throw new Conflict()
}

const failStream: RequestHandler = (_request, response) => stream(response, failAfterOne())

async function serveCases(express: Express): Promise<RouteOptionsApp> {
  const hooks: string[] = []
  const app = faultline(express(), { envelope: 'ai-api', onError: () => void hooks.push('app') })
  const v1 = express.Router()
  v1.use(faultlineOptions({ envelope: 'openai' }))
  v1.get('/fail', fail).get('/foreign', foreign).get('/stream', failStream)
  v1.use(
    '/in',
    express
      .Router()
      .use(faultlineOptions({ envelope: 'anthropic' }))
      .get('/fail', fail),
  )
  v1.get('/hook/fail', faultlineOptions({ onError: () => void hooks.push('route') }), fail)
  const mounted = faultline(express(), { envelope: 'anthropic', onError: () => void hooks.push('mounted') })
  v1.use('/mounted', mounted.get('/fail', fail))
  app.use('/v1', v1)
  app.get('/fail', fail).get('/foreign', foreign).get('/stream', failStream)
  return { url: await listen(createServer(app)), hooks }
}

for (const { major, express } of majors) {
  defineRouteOptionsCases(major, () => serveCases(express))

  describe(`options of a router on ${major}`, () => {
    async function readCode(routes: (app: Application) => void, path: string, method = 'GET') {
      const { url } = await serve(express, routes)
      const response = await fetch(url + path, { method })
      const { success } = (await response.json()) as { success?: boolean }
      return [response.status, success === false ? 'app' : 'router']
    }

    test('the options of a router do not apply to a router after it at the same path', async () => {
      const routes = (app: Application): void => {
        const first = express.Router().use(faultlineOptions({ envelope: 'openai' }))
        app.use(first.get('/first', fail)).use(express.Router().get('/second', fail))
      }
      expect(await readCode(routes, '/first')).toEqual([409, 'router'])
      expect(await readCode(routes, '/second')).toEqual([409, 'app'])
      expect(await readCode(routes, '/unknown')).toEqual([404, 'app'])
    })

    test('a 405 has the options of the router with the path', async () => {
      const routes = (app: Application): void => {
        app.use(
          '/v1',
          express
            .Router()
            .use(faultlineOptions({ envelope: 'openai' }))
            .get('/a', fail),
        )
      }
      expect(await readCode(routes, '/v1/a', 'POST')).toEqual([405, 'router'])
      expect(await readCode(routes, '/v2/a', 'POST')).toEqual([404, 'app'])
    })

    test('a mounted app keeps its own options, and an unmatched request gets those outside back', async () => {
      const routes = (app: Application): void => {
        const inner = faultline(express(), { envelope: 'anthropic' }).get('/other', fail)
        app.use(faultlineOptions({ envelope: 'openai' }), inner)
        app.get('/fail', fail)
      }
      expect(await readCode(routes, '/fail')).toEqual([409, 'router'])
    })

    test('a body that is parsed before the router fails with the options of the app', async () => {
      const { url } = await serve(express, (app) => {
        app.use(express.json())
        app.use(
          '/v1',
          express
            .Router()
            .use(faultlineOptions({ envelope: 'openai' }))
            .post('/a', fail),
        )
      })
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(`${url}/v1/a`, { method: 'POST', headers, body: '{' })
      expect(await response.json()).toMatchObject({ success: false })
    })

    test.each([
      ['plain', false, 'plain', true],
      ['plain', 'plain', false, false],
      ['long', 'plain', 'all', true],
    ] as const)(
      'the body of a %s response with replaceBodies %s in the app and %s in the route',
      async (kind, inApp, inRoute, isReplaced) => {
        const text = kind === 'long' ? 'x'.repeat(10_000) : 'no entry'
        const { url } = await serve(
          express,
          (app) => {
            app.get('/a', faultlineOptions({ replaceBodies: inRoute }), (_request, response) => {
              response.status(403).type('text').send(text)
            })
          },
          { replaceBodies: inApp },
        )
        expect((await (await fetch(`${url}/a`)).text()) !== text).toBe(isReplaced)
      },
    )

    test('errorHandler without faultline() has the options of the route, too', async () => {
      const app = express()
      app.get('/a', faultlineOptions({ envelope: 'openai' }), (_request, _response, next) => {
        next(new Conflict())
      })
      app.use(errorHandler({ envelope: 'ai-api', onError: () => {} }))
      const url = await listen(createServer(app))
      expect(await (await fetch(`${url}/a`)).json()).toMatchObject({ error: { param: null } })
    })
  })
}
