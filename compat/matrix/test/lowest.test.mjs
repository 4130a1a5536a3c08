// The lowest versions of `npm run compat`, as far as one installation by pnpm can hold them, so that a change that needs
// a newer framework fails `npm test`. The packages' own tests, and compat/nest11, run the newest versions.
import { defineConformanceSuite } from '@faultline/testing/vitest'
import express4 from 'express4'
import express5 from 'express5'
import Fastify from 'fastify'
import koa2 from 'koa2'
import koa3 from 'koa3'
import { expect, test } from 'vitest'
import * as express from '../../../packages/express/test/create-server.ts'
import * as fastify from '../../../packages/fastify/test/create-server.ts'
import * as hono from '../../../packages/hono/test/create-server.ts'
import * as koa from '../../../packages/koa/test/create-server.ts'
import * as nestjs from '../../../packages/nestjs/test/create-server.ts'
import { rows } from '../matrix.mjs'

const servers = {
  'Express 4': express.createServerWith(express4),
  'Express 5': express.createServerWith(express5),
  'Koa 2': koa.createServerWith(koa2),
  'Koa 3': koa.createServerWith(koa3),
  'Fastify 5': fastify.createServer,
  'NestJS 11 on Express': nestjs.createServerOnExpress,
  'NestJS 11 on Fastify': nestjs.createServerOnFastify,
  'Hono 4, @hono/node-server 1': hono.createServer,
}
const adapters = { express, fastify, hono, koa, nestjs }

for (const row of rows.filter(({ framework }) => servers[framework] !== undefined)) {
  const gaps = { ...adapters[row.adapter].gaps, ...row.lowestGaps }
  defineConformanceSuite(`${row.framework}, lowest`, servers[row.framework], gaps)
}

test('frameworks are resolved from this project', () => {
  const { lowest } = rows.find(({ framework }) => framework === 'Fastify 5')
  expect(Fastify().version).toBe(lowest.fastify)
})
