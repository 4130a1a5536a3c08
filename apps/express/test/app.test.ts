import { describeApp } from '@faultline/app-gateway/testing'
import { createServer } from '../src/app.ts'

describeApp('Express', createServer)
