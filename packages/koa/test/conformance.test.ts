import { defineConformanceSuite } from '@faultline/testing/vitest'
import type Koa from 'koa'
import Koa2 from 'koa2'
import { createServer, createServerWith, gaps } from './create-server.ts'

defineConformanceSuite('Koa 2', createServerWith(Koa2 as unknown as typeof Koa), gaps)
defineConformanceSuite('Koa 3', createServer, gaps)
