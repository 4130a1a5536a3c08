import { defineProject } from 'vitest/config'

export default defineProject({
  // The tests in projects/ run in a copy of it that has the packed packages.
  test: { name: 'consumers', include: ['test/**/*.test.ts'] },
})
