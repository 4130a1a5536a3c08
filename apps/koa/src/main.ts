import { createServer } from 'node:http'
import { run } from '@faultline/app-gateway'
import { attach } from '@faultline/koa'
import { createApp } from './app.ts'

await run((gateway) => {
  const handle = createApp(gateway).callback()
  return attach(
    createServer((request, response) => void handle(request, response)),
    gateway.faultline,
  )
})
