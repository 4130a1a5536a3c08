import { run } from '@faultline/app-gateway'
import { createServer } from './app.ts'

await run(createServer)
