import process from 'node:process'
import { run } from '@faultline/app-gateway'
import { createServerOn } from './app.ts'

const { PLATFORM = 'express' } = process.env
if (PLATFORM !== 'express' && PLATFORM !== 'fastify') {
  process.stderr.write(`PLATFORM must be express or fastify, not ${JSON.stringify(PLATFORM)}\n`)
  process.exit(1)
}
await run(createServerOn(PLATFORM))
