import type { Application } from 'express'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findAllowedMethods } from '../src/internals.ts'
import { majors, type Express } from './serve.ts'

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'] as const

type Method = (typeof METHODS)[number]

interface Route {
  readonly method: Method
  readonly path: string | RegExp | string[]
  /** The path of a router that the route is in. */
  readonly mountPath: string | undefined
}

/** The private function of Express that routes a request. */
type Handle = (request: object, response: object, done: () => void) => void

const names = ['a', 'b', 'A', 'ab', 'a-b', 'a_1', 'a.b', 'a%20b', ':x', 'a:x', ':x.json', '']
const patterns: Readonly<Record<string, readonly string[]>> = {
  'Express 4': ['a?', '?b', 'b+', '*', '(a|b)', '(b)?', ':x?', ':x(\\d+)', 'a|/b', '\\a', '.', 'b{0,1}'],
  'Express 5': ['{b}', 'a{b}', 'a{/b}', '{:x}', '*x', 'a*x', '\\:x', '{/:x}'],
}

function createPath(segments: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.array(fc.constantFrom(...segments), { maxLength: 3 }), fc.constantFrom('', '/'))
    .map(([parts, end]) => `/${parts.join('/')}${end}`)
}

function createRoutes(major: string): fc.Arbitrary<Route[]> {
  const path = createPath([...names, ...(patterns[major] ?? [])])
  const anyPath = fc.oneof(
    { weight: 8, arbitrary: path },
    { weight: 1, arbitrary: fc.array(path, { minLength: 1, maxLength: 2 }) },
    { weight: 1, arbitrary: fc.constantFrom(/^\/a/, /b$/i, /^\/a\/b\/?$/) },
  )
  const route = fc.record({
    method: fc.constantFrom(...METHODS),
    path: anyPath,
    mountPath: fc.option(
      path.filter((mountPath) => !mountPath.includes('|')),
      { nil: undefined },
    ),
  })
  return fc.array(route, { maxLength: 8 })
}

const requestPath = createPath(['a', 'b', 'A', 'AB', 'aab', 'a-b', 'a_1', 'a.b', 'a%20b', '1', 'x.json', ''])

/** Adds a route. Express rejects some patterns. */
function addRoute(express: Express, app: Application, { method, path, mountPath }: Route): void {
  const name = method.toLowerCase() as 'get'
  try {
    if (mountPath === undefined) app[name](path, recordCall)
    else app.use(mountPath, express.Router()[name](path, recordCall))
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error
  }
}

function recordCall(request: object): void {
  Object.assign(request, { isRouted: true })
}

/** Returns the methods for which Express itself calls a handler. */
function findRoutedMethods(app: Application, url: string): string[] {
  const router = Reflect.get(app, 'lazyrouter' in app ? '_router' : 'router') as
    | { handle: Handle }
    | undefined
  return METHODS.filter((method) => {
    const request = { method, url, isRouted: false }
    router?.handle(request, { setHeader() {} }, () => {})
    return request.isRouted
  })
}

function findMethods(app: Application, url: string): string[] {
  const found = new Set(findAllowedMethods(app, { url } as never))
  return METHODS.filter((method) => found.has(method))
}

describe.each(majors)('$major', ({ major, express }) => {
  test('the methods of a path are those that Express routes, also after routes are added', () => {
    const property = fc.property(
      createRoutes(major),
      createRoutes(major),
      fc.array(requestPath, { minLength: 1, maxLength: 5 }),
      fc.record({ strict: fc.boolean(), caseSensitive: fc.boolean() }),
      (routes, added, paths, { strict, caseSensitive }) => {
        const app = express().set('strict routing', strict).set('case sensitive routing', caseSensitive)
        for (const list of [routes, added]) {
          for (const route of list) addRoute(express, app, route)
          for (const path of paths)
            expect([path, findMethods(app, path)]).toEqual([path, findRoutedMethods(app, path)])
        }
      },
    )
    fc.assert(property, { numRuns: 500 })
  })

  test('a layer that replaces another one is found', () => {
    const app = express()
    app.get('/a', recordCall)
    app.get('/b', recordCall)
    expect([findMethods(app, '/a'), findMethods(app, '/b')]).toEqual([['GET'], ['GET']])
    const { stack } = Reflect.get(app, 'lazyrouter' in app ? '_router' : 'router') as { stack: unknown[] }
    stack.pop()
    app.post('/a', recordCall)
    expect([findMethods(app, '/a'), findMethods(app, '/b')]).toEqual([['GET', 'POST'], []])
  })

  test('a method that is added to a route is found', () => {
    const app = express()
    const route = app.route('/a').get(recordCall)
    expect(findMethods(app, '/a')).toEqual(['GET'])
    route.post(recordCall)
    expect(findMethods(app, '/a')).toEqual(['GET', 'POST'])
  })
})
