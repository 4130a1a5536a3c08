// Runs the property tests with many inputs, and every planted defect in every app: `npm run fuzz`, or
// `npm run fuzz 200000` for another number of inputs per property.
import process from 'node:process'
import { runTool } from './build.mjs'

const projects = ['core', 'client', 'end-to-end']
const testFiles = ['laws', 'parse-error', 'retry', 'check']
const env = { ...process.env, FUZZ_RUNS: process.argv[2] ?? '50000', FAULTLINE_DEFECTS: 'all' }
process.exit(
  runTool(
    [
      'vitest',
      'run',
      ...projects.flatMap((project) => ['--project', project]),
      ...testFiles,
      '--test-timeout=1200000',
    ],
    { stdio: 'inherit', env },
  ),
)
