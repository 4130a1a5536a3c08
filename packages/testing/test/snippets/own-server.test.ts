import { defineConformanceSuite } from '@faultline/testing/vitest'
import { gap } from '@faultline/testing'
import { createServer } from '../own-server.ts'

defineConformanceSuite('my server', createServer, gap('It takes no uploads.', 'upload/*'))
