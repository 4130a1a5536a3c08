import { createServer as createExpress } from '@faultline/app-express'
import { createServer as createFastify } from '@faultline/app-fastify'
import type { CreateServer } from '@faultline/app-gateway/testing'
import { createServer as createHono } from '@faultline/app-hono'
import { createServer as createKoa } from '@faultline/app-koa'
import { createServerOn } from '@faultline/app-nestjs'

/** All example apps. */
export const apps: readonly (readonly [name: string, createServer: CreateServer])[] = [
  ['Express', createExpress],
  ['Koa', createKoa],
  ['Fastify', createFastify],
  ['Hono', createHono],
  ['NestJS on Express', createServerOn('express')],
  ['NestJS on Fastify', createServerOn('fastify')],
]
