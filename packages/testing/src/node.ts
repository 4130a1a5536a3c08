import { after, before, describe, test } from 'node:test'
import { createDefineSuite } from './suite/define-suite.ts'

/** Defines the conformance suite of a server as tests of `node:test`. Gaps are skipped tests that print their reason. */
export const defineConformanceSuite = createDefineSuite({
  describe: (name, define) => void describe(name, define),
  test: (name, run, skip) => void test(name, skip === undefined ? {} : { skip }, () => run()),
  beforeAll: (run) => before(run),
  afterAll: (run) => after(run),
})
