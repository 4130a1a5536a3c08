import { fileURLToPath } from 'node:url'
import { defineProject } from 'vitest/config'

const nestjs = fileURLToPath(new URL('../../packages/nestjs/', import.meta.url))

export default defineProject({
  // The sources and tests of the adapter, on this workspace's NestJS.
  resolve: {
    alias: [
      { find: '@faultline/nestjs', replacement: `${nestjs}src/index.ts` },
      { find: /^@nestjs\/.+/, replacement: fileURLToPath(new URL('node_modules/$&', import.meta.url)) },
    ],
  },
  test: { name: 'nest11', dir: `${nestjs}test`, exclude: ['**/snippets.test.ts'] },
})
