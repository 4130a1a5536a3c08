#!/usr/bin/env node
import process from 'node:process'
import { run } from './run.ts'

// The reader of the output may close it early, for example `head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

process.exitCode = await run(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  input: process.stdin,
  isTerminal: process.stdout.isTTY && !process.env['NO_COLOR'],
})
