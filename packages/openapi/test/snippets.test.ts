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

interface ServedDocument {
  readonly paths: Readonly<Record<string, { readonly get: { readonly responses: object } }>>
}

/** Validates a document, and returns the statuses of an operation. */
async function validateDocument(served: object, path: string): Promise<string[]> {
  const copy = JSON.parse(JSON.stringify(served)) as ServedDocument
  const { errors } = await new Validator().validate({ ...copy })
  expect(errors).toBeUndefined()
  return Object.keys(copy.paths[path]!.get.responses)
}

test('the document in the README is valid', async () => {
  expect(await validateDocument(document, '/v1/models/{model}')).toEqual(['200', '402', '404', '429'])
})

test('the @fastify/swagger document in the README is valid and matches the responses', async () => {
  await app.listen({ host: '127.0.0.1', port: 0 })
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
  const served = (await (await fetch(`${url}/openapi.json`)).json()) as object
  expect(await validateDocument(served, '/v1/models/{id}')).toEqual(['200', '404', '429'])
  const { status, body } = await fetch(`${url}/v1/models/gpt-9`).then(async (response) => ({
    status: response.status,
    body: await response.json(),
  }))
  expect([status, isError(body)]).toEqual([404, true])
  await app.close()
})

test('the @nestjs/swagger document in the README is valid', async () => {
  class AppModule {}
  Module({ controllers: [ModelsController] })(AppModule)
  const nest = await NestFactory.create(AppModule, { logger: false })
  serveDocument(nest)
  await nest.listen(0, '127.0.0.1')
  const served = (await (await fetch(`${await nest.getUrl()}/docs-json`)).json()) as object
  expect(await validateDocument(served, '/v1/models/{id}')).toEqual(['200', '404', '429', '500'])
  await nest.close()
})

test('the zod-to-openapi document in the README is valid', async () => {
  expect(await validateDocument(generated, '/v1/models/{id}')).toEqual(['200', '404', '429'])
  expect(Object.keys(generated.components!.schemas!)).toEqual([
    'Error',
    'ErrorRateLimitExceeded',
    'ErrorModelNotFound',
  ])
})

test('the JSON Schema in the README rejects other bodies', () => {
  expect(isError({ success: false })).toBe(false)
})
