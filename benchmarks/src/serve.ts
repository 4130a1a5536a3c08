// Serves one variant until the parent ends: `node serve.ts express bare typed-429`. Sends its port, and answers each
// message with the CPU time of this process.
import process from 'node:process'
import { findVariant } from './variants.ts'
import { isFramework, isKind } from './workload.ts'

const [framework = '', variant = '', kind = ''] = process.argv.slice(2)
if (!isFramework(framework) || !isKind(kind)) throw new Error(`serve: unknown arguments ${framework} ${kind}`)

process.on('disconnect', () => process.exit())
process.on('message', () => process.send?.(process.cpuUsage()))

const createServer = await findVariant(framework, variant)
const { port } = await createServer(kind)
process.send?.({ port })
