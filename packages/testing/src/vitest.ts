import { afterAll, beforeAll, describe, test } from 'vitest'
import { createDefineSuite } from './suite/define-suite.ts'

/** Defines the conformance suite of a server as Vitest tests. Gaps are skipped tests that say why. */
export const defineConformanceSuite = createDefineSuite({
  describe,
  test: (name, run, skipped) =>
    // oxlint-disable-next-line vitest/valid-title -- it is a scenario's
    test(name, async ({ skip }) => {
      if (skipped !== undefined) skip(skipped)
      await run()
    }),
  beforeAll: (run) => beforeAll(run),
  afterAll: (run) => afterAll(run),
})
