import { fileURLToPath } from 'node:url'
import { defineProject } from 'vitest/config'

const manifest = fileURLToPath(new URL('package.json', import.meta.url))
const nestAdapter = fileURLToPath(new URL('../../packages/nestjs/src/index.ts', import.meta.url))

/** Frameworks that the test servers import by their own names. Express and Koa are passed to them. */
const FRAMEWORKS = /^(?:@nestjs\/.+|rxjs|fastify|hono|hono\/.+|@hono\/node-server)$/

export default defineProject({
  plugins: [
    {
      name: 'lowest-frameworks',
      enforce: 'pre',
      resolveId(source) {
        return FRAMEWORKS.test(source) ? this.resolve(source, manifest, { skipSelf: true }) : undefined
      },
    },
  ],
  resolve: { alias: { '@faultline/nestjs': nestAdapter } },
  test: { name: 'matrix', include: ['test/*.test.mjs'] },
})
