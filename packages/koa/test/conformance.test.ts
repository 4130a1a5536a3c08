import { knownGap } from '@faultline/testing'
import { defineConformanceSuite } from '@faultline/testing/vitest'
import type Koa from 'koa'
import Koa2 from 'koa2'
import { createServer, createServerWith } from './create-server.ts'

const gaps = knownGap(
  'Koa answers 500 to an unknown error, regardless of a status that was set.',
  'exchange/preset-status-of-an-unknown-error',
)

defineConformanceSuite('Koa 2', createServerWith(Koa2 as unknown as typeof Koa), gaps)
defineConformanceSuite('Koa 3', createServer, gaps)
