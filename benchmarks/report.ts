// Writes docs/performance.md and its plots from the results that `npm run bench -- --json results.json` has written:
// `node benchmarks/report.ts results.json`.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { createReport } from './src/report-page.ts'
import type { Results } from './src/results.ts'

const [file] = process.argv.slice(2)
if (file === undefined)
  throw new Error('report: the argument must be the JSON file of `npm run bench -- --json`')
const results = JSON.parse(readFileSync(file, 'utf8')) as Results
const docs = new URL('../docs/', import.meta.url)
mkdirSync(new URL('performance/', docs), { recursive: true })
for (const { path, text } of createReport(results)) writeFileSync(new URL(path, docs), text)
