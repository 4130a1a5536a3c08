import process from 'node:process'
import { readSettings } from './server/read-settings.ts'
import { startExplorer } from './server/start-explorer.ts'

try {
  const explorer = await startExplorer(readSettings(process.env))
  process.stdout.write(`listening on ${explorer.url}\n`)
  const stop = (): void => void explorer.close().then(() => process.exit(0))
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}
