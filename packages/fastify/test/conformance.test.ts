import { defineConformanceSuite } from '@faultline/testing/vitest'
import { createServer, gaps } from './create-server.ts'

defineConformanceSuite('Fastify 5', createServer, gaps)
