// The property tests at length: `npm run fuzz`, or `npm run fuzz 200000`.
import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const { status } = spawnSync(
  process.execPath,
  [
    `${root}tools/pnpm.mjs`,
    '--silent',
    'exec',
    'vitest',
    'run',
    '--project',
    'core',
    'laws',
    '--test-timeout=1200000',
  ],
  { cwd: root, stdio: 'inherit', env: { ...process.env, FUZZ_RUNS: process.argv[2] ?? '50000' } },
)
process.exit(status ?? 1)
