import { defineConformanceSuite } from '@faultline/testing/vitest'
import { createServerOnExpress, createServerOnFastify } from './create-server.ts'

defineConformanceSuite('NestJS on Express', createServerOnExpress)
defineConformanceSuite('NestJS on Fastify', createServerOnFastify)
