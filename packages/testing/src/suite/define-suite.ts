import { createConformanceTests, type ConformanceTest, type Gaps } from './conformance.ts'
import type { CreateServer } from './fixture.ts'

/** The functions of a test runner that the suite calls. */
export interface TestRunner {
  describe(name: string, define: () => void): unknown
  /** Defines a test. With a skip reason, a test that is skipped and prints the reason. */
  test(name: string, run: () => Promise<void>, skipReason?: string): unknown
  beforeAll(run: () => Promise<void>): unknown
  afterAll(run: () => Promise<void>): unknown
}

/** Defines the conformance suite of a server as tests of a runner. */
export type DefineConformanceSuite = (name: string, createServer: CreateServer, gaps?: Gaps) => void

/** Creates `defineConformanceSuite` for a test runner. */
export function createDefineSuite(runner: TestRunner): DefineConformanceSuite {
  return function defineConformanceSuite(name, createServer, gaps) {
    const { tests, setup, teardown } = createConformanceTests(createServer, gaps)
    runner.describe(name, () => {
      runner.beforeAll(setup)
      runner.afterAll(teardown)
      for (const [topic, topicTests] of groupByTopic(tests)) {
        runner.describe(topic, () => {
          for (const { name: scenario, run, gap } of topicTests) runner.test(scenario, run, gap)
        })
      }
    })
  }
}

function groupByTopic(tests: readonly ConformanceTest[]): Map<string, ConformanceTest[]> {
  const groups = new Map<string, ConformanceTest[]>()
  for (const test of tests) groups.set(test.topic, [...(groups.get(test.topic) ?? []), test])
  return groups
}
