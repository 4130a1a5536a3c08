import { defineConformanceSuite } from '@faultline/testing/vitest'
import { createServer, gaps } from './create-server.ts'

defineConformanceSuite('Hono 4', createServer, gaps)
