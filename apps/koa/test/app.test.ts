import { describeApp } from '@faultline/app-gateway/testing'
import { createServer } from '../src/app.ts'

describeApp('Koa', createServer)
