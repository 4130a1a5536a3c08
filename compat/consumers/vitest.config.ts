import { defineProject } from 'vitest/config'

export default defineProject({
  // The projects have tests of their own, which run in a copy with the packed packages.
  test: { name: 'consumers', include: ['test/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 300_000 },
})
