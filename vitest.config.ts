import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: ['packages/*', 'apps/*', 'tools', 'compat/*'],
    // Many tests wait for sockets and processes, so each core can run more than one worker.
    maxWorkers: availableParallelism() + 1,
    reporters: ['default', './tools/tally.ts'],
    coverage: { provider: 'v8', include: ['packages/*/src/**'], reporter: ['text', 'lcov'] },
  },
})
