import { defineConformanceSuite } from '@faultline/testing/vitest'
import { createServerOnExpress, createServerOnFastify, gaps } from './create-server.ts'

defineConformanceSuite('NestJS on Express', createServerOnExpress, gaps)
defineConformanceSuite('NestJS on Fastify', createServerOnFastify, gaps)
