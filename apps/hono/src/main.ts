import { createServer } from 'node:http'
import { run } from '@faultline/app-gateway'
import { attach } from '@faultline/core/node'
import { createListener } from './app.ts'

await run((gateway) => {
  const listener = createListener(gateway)
  return attach(
    createServer((request, response) => void listener(request, response)),
    gateway.faultline,
  )
})
