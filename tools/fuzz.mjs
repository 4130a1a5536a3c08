// The property tests at length, and every defect in every app: `npm run fuzz`, or `npm run fuzz 200000`.
import process from 'node:process'
import { run } from './build.mjs'

const env = { ...process.env, FUZZ_RUNS: process.argv[2] ?? '50000', FAULTLINE_DEFECTS: 'all' }
process.exit(
  run(
    [
      'vitest',
      'run',
      '--project',
      'core',
      '--project',
      'client',
      '--project',
      'story',
      'laws',
      'parse-error',
      'retry',
      'check',
      '--test-timeout=1200000',
    ],
    { stdio: 'inherit', env },
  ),
)
