import { defineConformanceSuite } from '@faultline/testing/vitest'
import { knownGap } from '@faultline/testing'
import { createServer } from '../own-server.ts'

defineConformanceSuite('my server', createServer, knownGap('The server does not accept uploads.', 'upload/*'))
