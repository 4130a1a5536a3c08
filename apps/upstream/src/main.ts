import process from 'node:process'
import { startUpstream } from './upstream.ts'

const { PORT = '3100', HOST = '127.0.0.1' } = process.env
if (!/^\d{1,5}$/.test(PORT) || Number(PORT) > 65_535) {
  console.error(`PORT must be a number from 0 to 65535, not ${JSON.stringify(PORT)}`)
  process.exit(1)
}
try {
  const upstream = await startUpstream(Number(PORT), HOST)
  console.log(`listening on ${upstream.url}`)
  const stop = (): void => void upstream.close().then(() => process.exit(0))
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop)
} catch (error) {
  console.error(`Cannot listen on ${HOST}:${PORT}: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
