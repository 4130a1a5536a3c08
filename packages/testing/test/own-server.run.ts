import { knownGap, topics } from '../src/index.ts'
import { defineConformanceSuite } from '../src/node.ts'
import { createServer } from './own-server.ts'
import { defineConformanceSuite as defineWithOtherRunner } from './snippets/other-runner.ts'

// Run with node:test by node-runner.test.ts.
defineConformanceSuite('my server', createServer, { 'upload/*': 'The server does not accept uploads.' })

const otherTopics = Object.keys(topics).filter((topic) => topic !== 'validate')
defineWithOtherRunner(
  'other runner',
  createServer,
  knownGap('One topic is enough.', ...otherTopics.map((topic) => `${topic}/*`)),
)
