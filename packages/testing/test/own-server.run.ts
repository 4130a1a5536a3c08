import { defineConformanceSuite } from '../src/node.ts'
import { createServer } from './own-server.ts'

// What node:test runs; node-runner.test.ts starts it.
defineConformanceSuite('my server', createServer, { 'upload/*': 'It takes no uploads.' })
