import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: ['packages/*', 'apps/*', 'compat/nest11', 'compat/sdks', 'compat/end-to-end'],
    reporters: ['default', './tools/tally.ts'],
    coverage: { provider: 'v8', include: ['packages/*/src/**'], reporter: ['text', 'lcov'] },
  },
})
