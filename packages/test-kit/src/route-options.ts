import { describe, expect, test } from 'vitest'

/** A request, and the response that the shared cases expect. */
interface RouteCase {
  readonly name: string
  readonly path: string
  readonly method?: string
  readonly status: number
  readonly envelope: 'ai-api' | 'openai' | 'anthropic'
  /** The hook that is called: that of the app, or that of a route. */
  readonly hook?: 'app' | 'route'
  /** A part that not every adapter has: options for unmatched requests, or apps that are mounted in a router. */
  readonly needs?: 'unmatched' | 'mounted'
}

/**
 * An app under test has the envelope ai-api, its routes below `/v1` openai, those below `/v1/in` anthropic, and those below
 * `/v1/hook` another hook. A path that ends with `fail` throws `Conflict`; one that ends with `foreign` sends the text
 * `no entry` with the status 403; one that ends with `stream` sends one event and fails.
 */
const ROUTE_CASES: readonly RouteCase[] = [
  { name: 'a route outside has the options of the app', path: '/fail', status: 409, envelope: 'ai-api' },
  { name: 'a route has the options of its router', path: '/v1/fail', status: 409, envelope: 'openai' },
  { name: 'HEAD gets the head alone', path: '/v1/fail', method: 'HEAD', status: 409, envelope: 'openai' },
  { name: 'the inner options take precedence', path: '/v1/in/fail', status: 409, envelope: 'anthropic' },
  {
    name: 'a hook of the options replaces the hook of the app',
    path: '/v1/hook/fail',
    status: 409,
    envelope: 'openai',
    hook: 'route',
  },
  {
    name: 'a replaced body is in the envelope of the route',
    path: '/v1/foreign',
    status: 403,
    envelope: 'openai',
  },
  {
    name: 'a replaced body outside is in the envelope of the app',
    path: '/foreign',
    status: 403,
    envelope: 'ai-api',
  },
  {
    name: 'an unknown path has the options of its router',
    path: '/v1/unknown',
    status: 404,
    envelope: 'openai',
    needs: 'unmatched',
  },
  {
    name: 'an unknown path outside has the options of the app',
    path: '/unknown',
    status: 404,
    envelope: 'ai-api',
  },
  {
    name: 'a mounted app with Faultline keeps its own options',
    path: '/v1/mounted/fail',
    status: 409,
    envelope: 'anthropic',
    needs: 'mounted',
  },
]

/** An app under test. */
export interface RouteOptionsApp {
  readonly url: string
  /** The names of the hooks that were called, in order. */
  readonly hooks: string[]
}

/** Defines the cases that every adapter has in common. @param omitted The cases that need a part that it lacks. */
export function defineRouteOptionsCases(
  name: string,
  serveApp: () => Promise<RouteOptionsApp>,
  omitted: readonly RouteCase['needs'][] = [],
): void {
  describe(`options of a route on ${name}`, () => {
    const cases = ROUTE_CASES.filter(({ needs }) => needs === undefined || !omitted.includes(needs))
    test.each(cases)('$name', async ({ path, method = 'GET', status, envelope, hook = 'app' }) => {
      const { url, hooks } = await serveApp()
      const response = await fetch(url + path, { method })
      const text = await response.text()
      expect(response.status).toBe(status)
      expect(response.headers.get('x-request-id')).toMatch(/^req_/)
      expect(response.headers.get('content-type')).toMatch(/^application\/json/)
      expect(method === 'HEAD' ? text : identifyEnvelope(text)).toBe(method === 'HEAD' ? '' : envelope)
      expect(hooks).toEqual([path.includes('/mounted/') ? 'mounted' : hook])
    })

    test('a stream that fails ends with the error event of the route', async () => {
      const { url } = await serveApp()
      const inside = await (await fetch(`${url}/v1/stream`)).text()
      const outside = await (await fetch(`${url}/stream`)).text()
      const [, lastInside = ''] = inside.split('\n\n')
      const [, lastOutside = ''] = outside.split('\n\n')
      expect(identifyEnvelope(/^data: (.*)$/m.exec(lastInside)?.[1] ?? '')).toBe('openai')
      expect(lastOutside).not.toBe('')
      expect(lastOutside).not.toBe(lastInside)
    })
  })
}

/** Returns the id of the envelope that a body has. */
function identifyEnvelope(text: string): string {
  const body = JSON.parse(text) as { success?: boolean; type?: string; error?: object }
  if (body.success === false) return 'ai-api'
  if (body.type === 'error') return 'anthropic'
  return body.error !== undefined && 'param' in body.error ? 'openai' : text
}
