import { run } from '@faultline/app-gateway'
import { createApp } from './app.ts'

await run(async (gateway) => {
  const app = await createApp(gateway)
  await app.ready()
  return app.server
})
