import { createConformanceTests, type ConformanceTest, type Gaps } from './conformance.ts'
import type { CreateServer } from './fixture.ts'

/** What a suite needs of a test runner. */
export interface TestRunner {
  describe(name: string, define: () => void): unknown
  /** Defines a test; with a reason, one that is skipped and says why. */
  test(name: string, run: () => Promise<void>, skipped?: string): unknown
  beforeAll(run: () => Promise<void>): unknown
  afterAll(run: () => Promise<void>): unknown
}

/** Defines the conformance suite of a server as tests of a runner. */
export type DefineConformanceSuite = (name: string, createServer: CreateServer, gaps?: Gaps) => void

/** The suite for one runner: `describe`, `test` and the hooks are its own. */
export function createDefineSuite(runner: TestRunner): DefineConformanceSuite {
  return function defineConformanceSuite(name, createServer, gaps) {
    const { tests, setup, teardown } = createConformanceTests(createServer, gaps)
    runner.describe(name, () => {
      runner.beforeAll(setup)
      runner.afterAll(teardown)
      for (const [topic, scenarios] of byTopic(tests)) {
        runner.describe(topic, () => {
          for (const { name: scenario, run, gap } of scenarios) runner.test(scenario, run, gap)
        })
      }
    })
  }
}

function byTopic(tests: readonly ConformanceTest[]): Map<string, ConformanceTest[]> {
  const grouped = new Map<string, ConformanceTest[]>()
  for (const test of tests) grouped.set(test.topic, [...(grouped.get(test.topic) ?? []), test])
  return grouped
}
