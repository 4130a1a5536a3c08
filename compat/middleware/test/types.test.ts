import { faultline as faultlineHono } from '@faultline/hono'
import { faultline as faultlineKoa } from '@faultline/koa'
import { OpenAPIHono } from '@hono/zod-openapi'
import { Hono } from 'hono'
import Koa from 'koa'
import { expect, expectTypeOf, test } from 'vitest'

const options = { envelope: 'ai-api', onError() {} } as const

interface State {
  readonly user: string
}

interface Extension {
  log(): void
}

interface Environment {
  readonly Variables: { readonly user: string }
}

test('faultline returns the type of the app that it is given', () => {
  const openApi = faultlineHono(new OpenAPIHono<Environment>(), options)
  expectTypeOf(openApi).toEqualTypeOf<OpenAPIHono<Environment>>()
  expect(openApi.getOpenAPIDocument({ openapi: '3.0.0', info: { title: 'x', version: '1' } }).paths).toEqual(
    {},
  )
  const hono = faultlineHono(new Hono<Environment>().basePath('/v1'), options)
  hono.get('/', (context) => {
    expectTypeOf(context.get('user')).toBeString()
    return context.text('ok')
  })
  const koa = faultlineKoa(new Koa<State, Extension>(), options)
  expectTypeOf(koa).toEqualTypeOf<Koa<State, Extension>>()
  koa.use((context) => {
    expectTypeOf(context.state.user).toBeString()
    expectTypeOf(context).toHaveProperty('log')
  })
})
