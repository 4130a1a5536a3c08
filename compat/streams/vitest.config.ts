import { defineProject } from 'vitest/config'

export default defineProject({
  // The SDKs take seconds to load, and no test changes them.
  test: { name: 'streams', include: ['test/*.test.mjs'], isolate: false },
})
