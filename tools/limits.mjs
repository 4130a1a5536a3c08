// Writes the table of cases that not every adapter covers into their READMEs, from limits.json: `node tools/limits.mjs`.
// With --check it changes nothing, and exits with 1 if a README differs.
import { readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { ROOT } from './files.mjs'
import { formatTable, replaceBetween } from './markdown.mjs'

const SOURCE = 'tools/limits.json'
const COMMENTS = ['<!-- limits -->', '<!-- end of the limits -->']

/** Names of the frameworks, by the folders of their adapters. */
const frameworks = { express: 'Express', koa: 'Koa', fastify: 'Fastify', nestjs: 'NestJS', hono: 'Hono' }

/**
 * One case that not every adapter covers.
 *
 * @typedef {object} Limit
 * @property {string} case
 * @property {string} remedy What to do instead.
 * @property {Record<string, Gap>} [adapters] The adapters that do not cover the case.
 * @property {Gap} [everywhere] If no adapter covers the case: scenarios that no server is tested for.
 */

/**
 * @typedef {object} Gap
 * @property {string} result Text of the cell in the table.
 * @property {readonly string[]} scenarios Scenarios of the conformance suite that are declared as gaps.
 */

/** @returns {readonly Limit[]} */
export function readLimits() {
  return JSON.parse(readFileSync(ROOT + SOURCE, 'utf8'))
}

/** Returns the introduction and the table in Markdown. */
export function formatLimits(limits) {
  const lines = limits.map(({ case: description, remedy, adapters = {}, everywhere }) => [
    description,
    ...Object.keys(frameworks).map((adapter) => (everywhere ?? adapters[adapter])?.result ?? 'yes'),
    remedy,
  ])
  return `These cases do not reach every adapter. "yes" means that Faultline sends the envelope and calls \`onError\`. Each row
is a gap of the conformance suite; [Compatibility](../../docs/compatibility.md) lists the scenarios of a framework.

${formatTable([['case', ...Object.values(frameworks), 'what to do'], ...lines])}`
}

function main() {
  const content = formatLimits(readLimits())
  const different = Object.keys(frameworks)
    .map((adapter) => {
      const file = `packages/${adapter}/README.md`
      const text = readFileSync(ROOT + file, 'utf8')
      return { file, text, updated: replaceBetween(text, COMMENTS, content, file) }
    })
    .filter(({ text, updated }) => text !== updated)
  if (!process.argv.includes('--check')) {
    for (const { file, updated } of different) writeFileSync(ROOT + file, updated)
    return 0
  }
  for (const { file } of different)
    console.error(`${file}: differs from ${SOURCE}; run node tools/limits.mjs`)
  return different.length === 0 ? 0 : 1
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = main()
