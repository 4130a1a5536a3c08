import type { Server } from 'node:http'
import Fastify, { type FastifyInstance, type FastifyHttpOptions } from 'fastify'
import { afterAll } from 'vitest'
import { faultline, serverOptions, type ApiError, type FaultlineOptions } from '../src/index.ts'

const apps: FastifyInstance[] = []

afterAll(async () => {
  for (const app of apps) {
    app.server.closeAllConnections()
    await app.close()
  }
})

/** Closes an app and its connections when the tests of the file are over. */
export function closeAfterTests(app: FastifyInstance): void {
  apps.push(app)
}

export interface Served {
  readonly url: string
  readonly port: number
  /** The errors that `onError` received. */
  readonly errors: ApiError[]
}

/**
 * Serves an app with Faultline on a free port.
 *
 * @param constructor The options of Fastify's constructor. `'serverOptions'` stands for those that the package returns.
 * @param overrides Options of Faultline.
 */
export async function serve(
  build: (app: FastifyInstance) => unknown,
  constructor: FastifyHttpOptions<Server> | 'serverOptions' = {},
  overrides: Partial<FaultlineOptions> = {},
): Promise<Served> {
  const errors: ApiError[] = []
  const options: FaultlineOptions = {
    envelope: 'ai-api',
    onError: (error) => void errors.push(error),
    ...overrides,
  }
  const app = Fastify({
    forceCloseConnections: true,
    ...(constructor === 'serverOptions' ? serverOptions(options) : constructor),
  })
  await app.register(faultline, options)
  await build(app)
  return { ...(await listen(app)), errors }
}

/** Listens on a free port until the tests of the file are over. */
export async function listen(app: FastifyInstance): Promise<Omit<Served, 'errors'>> {
  closeAfterTests(app)
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return { url, port: Number(new URL(url).port) }
}

/** Creates a promise and the function that resolves it. */
export function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve!: () => void
  const promise = new Promise<void>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
