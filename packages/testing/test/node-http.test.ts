import { defineConformanceSuite } from '../src/vitest.ts'
import { nodeServer } from './node-server.ts'

defineConformanceSuite('node:http', nodeServer())
