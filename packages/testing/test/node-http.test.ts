import { defineConformanceSuite } from '../src/vitest.ts'
import { createNodeServer } from './node-server.ts'

defineConformanceSuite('node:http', createNodeServer())
