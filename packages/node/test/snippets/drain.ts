import { createServer } from 'node:http'
import { attach, drain } from '@faultline/node'

const server = createServer((_request, response) => response.end('Hello'))
attach(server, { envelope: 'ai-api' }).listen(process.env['PORT'] ?? 3000)

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    void drain(server, { timeout: 4000 }).then(() => process.exit(0))
  })
}
