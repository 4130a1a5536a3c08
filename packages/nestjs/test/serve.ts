import 'reflect-metadata'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { DynamicModule, INestApplication, Type } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { Module } from '@nestjs/common'
import { FaultlineModule, serverOptions, type ApiError, type FaultlineOptions } from '@faultline/nestjs'
import { afterAll } from 'vitest'

export { CANARY, fetchError } from '@faultline/test-kit'

export const platforms = ['express', 'fastify'] as const
export type Platform = (typeof platforms)[number]

export interface Served {
  readonly url: string
  readonly port: number
  readonly errors: ApiError[]
}

export interface Build {
  readonly controllers?: Type[]
  readonly providers?: NonNullable<DynamicModule['providers']>
  readonly imports?: NonNullable<DynamicModule['imports']>
  /** @default forRoot with a hook that records errors */
  readonly faultline?: DynamicModule
  readonly setUp?: (app: INestApplication) => unknown
  readonly create?: { rawBody?: boolean; cors?: boolean }
}

const apps: INestApplication[] = []

afterAll(async () => {
  for (const app of apps) {
    ;(app.getHttpServer() as { closeAllConnections(): void }).closeAllConnections()
    await app.close()
  }
})

/** Starts an app with controllers on a platform. */
export async function serve(platform: Platform, build: Build): Promise<Served> {
  const errors: ApiError[] = []
  const options: FaultlineOptions = { envelope: 'ai-api', onError: (error) => void errors.push(error) }
  const app = await createApp(platform, { faultline: FaultlineModule.forRoot(options), ...build }, options)
  await app.listen(0, '127.0.0.1')
  const { port } = (app.getHttpServer() as { address(): AddressInfo }).address()
  return { url: `http://127.0.0.1:${port}`, port, errors }
}

export async function createApp(
  platform: Platform,
  { controllers = [], providers = [], imports = [], faultline, setUp, create = {} }: Build,
  options: FaultlineOptions = { envelope: 'ai-api' },
): Promise<INestApplication> {
  class AppModule {}
  Module({ controllers, providers, imports: [...(faultline ? [faultline] : []), ...imports] })(AppModule)
  const adapter =
    platform === 'express'
      ? new ExpressAdapter()
      : new FastifyAdapter({ forceCloseConnections: true, ...serverOptions(options) })
  const app = await NestFactory.create(AppModule, adapter, { logger: false, abortOnError: false, ...create })
  apps.push(app)
  await setUp?.(app)
  return app
}

export const json = (body: string): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body,
})

/** Returns Node's response on either platform. */
export const getRaw = (response: unknown): ServerResponse =>
  (response as { raw?: ServerResponse }).raw ?? (response as ServerResponse)

export type RawHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void
