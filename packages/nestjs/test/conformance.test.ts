import { knownGap } from '@faultline/testing'
import { defineConformanceSuite } from '@faultline/testing/vitest'
import { createServerOnExpress, createServerOnFastify } from './create-server.ts'

const gaps = {
  ...knownGap('A Nest application has one installation.', 'nested/*'),
  ...knownGap(
    'Nest answers 500 to an unknown error, regardless of a status that was set.',
    'exchange/preset-status-of-an-unknown-error',
  ),
}

defineConformanceSuite('NestJS on Express', createServerOnExpress, gaps)
defineConformanceSuite('NestJS on Fastify', createServerOnFastify, gaps)
