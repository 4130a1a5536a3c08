// `npm test` sets --maxWorkers: many tests wait for sockets and processes, and Vitest's default leaves a core unused.
// It also sets --testTimeout: beside browsers and other processes, a test takes several times as long as alone.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: ['packages/*', 'apps/*', 'tools', 'compat/*', 'benchmarks'],
    reporters: ['default', './tools/tally.ts'],
    coverage: { provider: 'v8', include: ['packages/*/src/**'], reporter: ['text', 'lcov'] },
  },
})
