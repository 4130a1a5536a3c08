import { describeApp } from '@faultline/app-gateway/testing'
import { createServerOn } from '../src/app.ts'

describeApp('NestJS on Fastify', createServerOn('fastify'), { readsBodyFirst: true })
