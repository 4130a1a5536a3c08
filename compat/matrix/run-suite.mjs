// Runs the conformance suite in the folder of a cell, where run.mjs copies it, and writes the results to a file:
// `node run-suite.mjs createServer results.json`.
import { writeFileSync } from 'node:fs'
import process from 'node:process'
import { createConformanceTests, universalGaps } from '@faultline/testing'
import * as server from './test/create-server.ts'

const [name, output] = process.argv.slice(2)
const SCENARIO_TIMEOUT_MS = 10_000

/** Rejects when a scenario takes too long, so that one that hangs is named. */
async function inTime(run) {
  let timer
  const timeout = new Promise((_, reject) => {
    const fail = () => reject(new Error(`not finished after ${SCENARIO_TIMEOUT_MS} ms`))
    timer = setTimeout(fail, SCENARIO_TIMEOUT_MS)
  })
  await Promise.race([run(), timeout, crash.promise]).finally(() => clearTimeout(timer))
}

// An error that ends the process is the failure of the scenario that is running, and the next one is run.
let crash = Promise.withResolvers()
process.on('uncaughtException', (error) => {
  crash.reject(new Error(`The process would end: ${String(error?.stack ?? error)}`))
})

const { tests, open, close } = createConformanceTests(server[name], server.gaps)
const result = { passed: 0, failed: {}, gaps: {} }
await open()
for (const { topic, name: scenario, gap, run } of tests) {
  const row = `${topic}/${scenario}`
  if (gap !== undefined) {
    // Gaps of every server are not a property of the framework.
    if (universalGaps[row] === undefined) (result.gaps[gap] ??= []).push(row)
    continue
  }
  crash = Promise.withResolvers()
  crash.promise.catch(() => {})
  try {
    await inTime(run)
    result.passed += 1
  } catch (error) {
    result.failed[row] = String(error?.message ?? error)
  }
}
await close()
writeFileSync(output, JSON.stringify(result))
// A framework may keep timers.
process.exit(0)
