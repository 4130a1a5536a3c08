import { fileURLToPath } from 'node:url'
import { defineProject } from 'vitest/config'

const packages = fileURLToPath(new URL('../../packages/', import.meta.url))

export default defineProject({
  // Runs the tests of the NestJS packages with the NestJS version of this project.
  resolve: {
    alias: [
      { find: '@faultline/nestjs', replacement: `${packages}nestjs/src/index.ts` },
      { find: /^@nestjs\/.+/, replacement: fileURLToPath(new URL('node_modules/$&', import.meta.url)) },
    ],
  },
  test: {
    name: 'nest11',
    dir: packages,
    include: ['nestjs/test/**/*.test.ts', 'openapi/test/nestjs.test.ts'],
    exclude: ['**/snippets.test.ts'],
  },
})
