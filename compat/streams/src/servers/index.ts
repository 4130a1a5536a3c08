import { expressFramework } from './express.ts'
import { fastifyFramework } from './fastify.ts'
import { honoFramework } from './hono.ts'
import { koaFramework } from './koa.ts'
import { nestOnExpress, nestOnFastify } from './nestjs.ts'
import { nodeFramework } from './node-http.ts'
import type { Framework } from './server.ts'

/** The frameworks by the value of `--framework`. */
export const frameworks: Readonly<Record<string, Framework>> = {
  node: nodeFramework,
  express: expressFramework,
  koa: koaFramework,
  fastify: fastifyFramework,
  'nestjs-express': nestOnExpress,
  'nestjs-fastify': nestOnFastify,
  hono: honoFramework,
}
