import { once } from 'node:events'
import { createServer } from 'node:http'
import { Router } from '@koa/router'
import Koa3, { type Context, type Middleware } from 'koa'
import Koa2 from 'koa2'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { Conflict, faultline, type ApiError, type FaultlineOptions } from '../src/index.ts'

const majors = [
  { major: 'Koa 3', Koa: Koa3 },
  { major: 'Koa 2', Koa: Koa2 as unknown as typeof Koa3 },
]

function recordWarnings(): unknown[] {
  const warnings: unknown[] = []
  const warn = vi.spyOn(console, 'warn').mockImplementation((line: unknown) => void warnings.push(line))
  onTestFinished(() => warn.mockRestore())
  return warnings
}

function recordErrors(): { options: FaultlineOptions; errors: ApiError[] } {
  const errors: ApiError[] = []
  return { options: { envelope: 'ai-api', onError: (error) => void errors.push(error) }, errors }
}

async function listen(app: Koa3): Promise<string> {
  const handle = app.callback()
  const server = createServer((request, response) => void handle(request, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
}

const conflict: Middleware = async () => {
  throw new Conflict()
}

describe.each(majors)('$major', ({ Koa }) => {
  test('with another final handler errors of middleware are answered, and one warning is printed', async () => {
    const warnings = recordWarnings()
    const { options, errors } = recordErrors()
    const app = faultline(new Koa(), options).use(conflict)
    app.silent = true
    // As koa-onerror does.
    Object.assign(app.context, {
      onerror(this: Context, thrown: unknown) {
        if (thrown) this.res.end('other')
      },
    })
    const url = await listen(app)
    for (let i = 0; i < 2; i += 1) {
      const response = await fetch(url)
      expect([response.status, await response.json()]).toMatchObject([409, { error: { code: 'CONFLICT' } }])
    }
    expect(errors).toHaveLength(2)
    expect(warnings).toEqual([expect.stringMatching(/context\.onerror .* errors after the middleware/)])
  })

  test('an app that defines context.onerror is rejected', () => {
    const app = new Koa()
    Object.assign(app.context, { onerror() {} })
    expect(() => faultline(app, { envelope: 'ai-api' })).toThrow(
      'faultline: this app already defines context.onerror',
    )
  })

  test('without app.middleware errors of later middleware are answered, and one warning is printed', async () => {
    const warnings = recordWarnings()
    const { options, errors } = recordErrors()
    /** Koa with its middleware in a private field. */
    class PrivateKoa extends Koa {
      readonly #middleware = this.middleware

      constructor() {
        super()
        Reflect.deleteProperty(this, 'middleware')
      }

      override use(middleware: never): never {
        this.#middleware.push(middleware)
        return this as never
      }

      override callback() {
        this.middleware = this.#middleware
        return super.callback()
      }
    }
    const app = faultline(new PrivateKoa(), options)
    app.silent = true
    app.use(conflict as never)
    const url = await listen(app)
    expect((await fetch(url)).status).toBe(409)
    expect(errors).toHaveLength(1)
    expect(warnings).toEqual([expect.stringMatching(/app\.middleware .* middleware that is added before/)])
  })

  test('without context.matched a wrong method is a 404 in the envelope, and one warning is printed', async () => {
    const warnings = recordWarnings()
    const { options, errors } = recordErrors()
    const router = new Router()
    router.get('/pets', (context) => {
      context.body = {}
    })
    const app = faultline(new Koa(), options)
    app.use(async (context, next) => {
      await next()
      Reflect.deleteProperty(context, 'matched')
    })
    app.use(router.routes())
    const url = await listen(app)
    for (let i = 0; i < 2; i += 1) {
      const response = await fetch(`${url}/pets`, { method: 'POST' })
      expect([response.status, await response.json()]).toMatchObject([404, { success: false }])
    }
    expect((await fetch(`${url}/pets`)).status).toBe(200)
    expect(errors).toHaveLength(2)
    expect(warnings).toEqual([expect.stringMatching(/context\.matched .* 404 instead of 405/)])
  })
})
