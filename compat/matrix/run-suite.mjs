// Runs the conformance suite in the folder of a cell, where run.mjs copies it, and writes the results to a file:
// `node run-suite.mjs createServer results.json`.
import { writeFileSync } from 'node:fs'
import process from 'node:process'
import { createConformanceTests, universalGaps } from '@faultline/testing'
import * as server from './test/create-server.ts'

const [name, output] = process.argv.slice(2)
const SCENARIO_TIMEOUT_MS = 10_000

/** Runs a scenario. Rejects if it takes too long or if an error would end the process meanwhile. */
async function runBounded(run) {
  const { promise: broken, reject } = Promise.withResolvers()
  const onTimeout = () => reject(new Error(`not finished after ${SCENARIO_TIMEOUT_MS} ms`))
  const onCrash = (error) => reject(new Error(`the process would end: ${String(error?.stack ?? error)}`))
  const timer = setTimeout(onTimeout, SCENARIO_TIMEOUT_MS)
  process.on('uncaughtException', onCrash)
  try {
    await Promise.race([run(), broken])
  } finally {
    clearTimeout(timer)
    process.off('uncaughtException', onCrash)
  }
}

const { tests, setup, teardown } = createConformanceTests(server[name], server.gaps)
const result = { passed: 0, failed: {}, gaps: {} }
await setup()
for (const { topic, name: scenario, gap, run } of tests) {
  const row = `${topic}/${scenario}`
  if (gap !== undefined) {
    // Gaps of every server are not a property of the framework.
    if (universalGaps[row] === undefined) (result.gaps[gap] ??= []).push(row)
    continue
  }
  try {
    await runBounded(run)
    result.passed += 1
  } catch (error) {
    result.failed[row] = String(error?.message ?? error)
  }
}
await teardown()
writeFileSync(output, JSON.stringify(result))
// A framework may keep timers.
process.exit(0)
