// The property tests at length: `npm run fuzz`, or `npm run fuzz 200000`.
import process from 'node:process'
import { run } from './build.mjs'

const env = { ...process.env, FUZZ_RUNS: process.argv[2] ?? '50000' }
process.exit(
  run(
    [
      'vitest',
      'run',
      '--project',
      'core',
      '--project',
      'client',
      'laws',
      'parse-error',
      'retry',
      '--test-timeout=1200000',
    ],
    { stdio: 'inherit', env },
  ),
)
