import 'reflect-metadata'
import { Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { Validator } from '@seriousme/openapi-schema-validator'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { document } from './snippets/document.ts'
import { app } from './snippets/fastify.ts'
import { ModelsController, serveDocument } from './snippets/nestjs.ts'
import { isError } from './snippets/schema.ts'
import { document as generated } from './snippets/zod.ts'

interface Described {
  readonly paths: Readonly<Record<string, { readonly get: { readonly responses: object } }>>
}

async function statusesOf(made: object, path: string): Promise<string[]> {
  const copy = JSON.parse(JSON.stringify(made)) as Described
  const { errors } = await new Validator().validate({ ...copy })
  expect(errors).toBeUndefined()
  return Object.keys(copy.paths[path]!.get.responses)
}

test('the README’s document is valid', async () => {
  expect(await statusesOf(document, '/v1/models/{model}')).toEqual(['200', '402', '404', '429'])
})

test('the README’s document of @fastify/swagger is valid, and true', async () => {
  await app.listen()
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
  const served = (await (await fetch(`${url}/openapi.json`)).json()) as object
  expect(await statusesOf(served, '/v1/models/{id}')).toEqual(['200', '404', '429'])
  const { status, body } = await fetch(`${url}/v1/models/gpt-9`).then(async (response) => ({
    status: response.status,
    body: await response.json(),
  }))
  expect([status, isError(body)]).toEqual([404, true])
  await app.close()
})

test('the README’s document of @nestjs/swagger is valid', async () => {
  class AppModule {}
  Module({ controllers: [ModelsController] })(AppModule)
  const nest = await NestFactory.create(AppModule, { logger: false })
  serveDocument(nest)
  await nest.listen(0)
  const served = (await (await fetch(`${await nest.getUrl()}/docs-json`)).json()) as object
  expect(await statusesOf(served, '/v1/models/{id}')).toEqual(['200', '404', '429', '500'])
  await nest.close()
})

test('the README’s document of zod-to-openapi is valid', async () => {
  expect(await statusesOf(generated, '/v1/models/{id}')).toEqual(['200', '404', '429'])
  expect(Object.keys(generated.components!.schemas!)).toEqual([
    'Error',
    'ErrorRateLimitExceeded',
    'ErrorModelNotFound',
  ])
})

test('the README’s schema refuses what is no such error', () => {
  expect(isError({ success: false })).toBe(false)
})
