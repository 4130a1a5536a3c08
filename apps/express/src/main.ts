import { createServer } from 'node:http'
import { run } from '@faultline/app-gateway'
import { attach } from '@faultline/express'
import { createApp } from './app.ts'

await run((gateway) => attach(createServer(createApp(gateway)), gateway.faultline))
