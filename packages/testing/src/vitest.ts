import { afterAll, beforeAll, describe, test } from 'vitest'
import { createDefineSuite } from './suite/define-suite.ts'

/** Defines the conformance suite of a server as Vitest tests. Gaps are skipped tests that print their reason. */
export const defineConformanceSuite = createDefineSuite({
  describe,
  test: (name, run, skipReason) =>
    // oxlint-disable-next-line vitest/valid-title -- the title is the name of a scenario
    test(name, async ({ skip }) => {
      if (skipReason !== undefined) skip(skipReason)
      await run()
    }),
  beforeAll: (run) => beforeAll(run),
  afterAll: (run) => afterAll(run),
})
