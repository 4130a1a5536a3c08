import Fastify, { type FastifyInstance } from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { Conflict, faultline } from '../src/index.ts'

/** A Fastify instance, and the lines with the level `warn` and above that it logs. */
function createApp(): { app: FastifyInstance; warnings: { level: number; msg: string }[] } {
  const warnings: { level: number; msg: string }[] = []
  const write = (line: string): void => void warnings.push(JSON.parse(line) as (typeof warnings)[0])
  const app = Fastify({ logger: { level: 'warn', stream: { write } } })
  onTestFinished(() => app.close())
  return { app, warnings }
}

test.each<[string, FastifyInstance['printRoutes']]>([
  [
    'is missing',
    () => {
      throw new TypeError('app.printRoutes is not a function')
    },
  ],
  ['prints the method', (options) => `no routes for ${options?.method ?? 'any method'}`],
  ['ignores the method', () => `printed ${Math.random()}`],
])(
  'if printRoutes %s, the app starts, errors are answered, and one warning is logged',
  async (_name, printRoutes) => {
    const { app, warnings } = createApp()
    app.printRoutes = printRoutes
    await app.register(faultline, { envelope: 'ai-api' })
    app.get('/', async () => {
      throw new Conflict()
    })
    const response = await app.inject('/')
    expect([response.statusCode, response.json()]).toMatchObject([409, { error: { code: 'CONFLICT' } }])
    expect((await app.inject({ method: 'POST', url: '/' })).statusCode).toBe(405)
    expect(warnings.map(({ msg }) => msg)).toEqual([
      expect.stringMatching(/printRoutes .* are missing from the Allow header/),
    ])
  },
)

test('routes of plugins and of any method are detected', async () => {
  for (const method of ['GET', 'PROPFIND'] as const) {
    const { app } = createApp()
    app.addHttpMethod('PROPFIND')
    app.register(async (plugin) => {
      plugin.route({ method, url: '/', handler: async () => ({}) })
    })
    await expect(app.register(faultline, { envelope: 'ai-api' }).after()).rejects.toThrow(
      'register the plugin before any route',
    )
  }
})
