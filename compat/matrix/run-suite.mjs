// Runs the conformance suite in the folder of a cell, into which run.mjs copies this file. Reads cell.json and writes
// result.json.
import { readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { createConformanceTests, universalGaps } from '@faultline/testing'

const SCENARIO_TIMEOUT_MS = 10_000

/** Test server of the adapter; run.mjs copies it, too. */
const SERVER = './test/create-server.ts'

/** Runs a scenario. Rejects if it takes too long, or if meanwhile an error occurs that would end the process. */
async function runBounded(run) {
  const { promise: interrupted, reject } = Promise.withResolvers()
  const onTimeout = () => reject(new Error(`not finished after ${SCENARIO_TIMEOUT_MS} ms`))
  const onCrash = (error) => reject(new Error(`uncaught: ${String(error?.stack ?? error)}`))
  const timer = setTimeout(onTimeout, SCENARIO_TIMEOUT_MS)
  process.on('uncaughtException', onCrash)
  try {
    await Promise.race([run(), interrupted])
  } finally {
    clearTimeout(timer)
    process.off('uncaughtException', onCrash)
  }
}

const adapter = await import(SERVER)
const { server, gaps } = JSON.parse(readFileSync('cell.json', 'utf8'))
const { tests, setup, teardown } = createConformanceTests(adapter[server], { ...adapter.gaps, ...gaps })
const result = { passed: 0, failed: {}, gaps: {} }
await setup()
for (const { topic, name, gap, run } of tests) {
  const scenario = `${topic}/${name}`
  if (gap !== undefined) {
    // The gaps of every server do not depend on the framework.
    if (universalGaps[scenario] === undefined) (result.gaps[gap] ??= []).push(scenario)
    continue
  }
  try {
    await runBounded(run)
    result.passed += 1
  } catch (error) {
    result.failed[scenario] = String(error?.message ?? error)
  }
}
await teardown()
writeFileSync('result.json', JSON.stringify(result))
// A timer of a framework may keep the process running.
process.exit(0)
