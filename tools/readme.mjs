// Copies the snippets of the READMEs from files that are compiled and tested: `node tools/readme.mjs`.
// With --check it changes nothing, and exits with 1 if a README differs from its files.
import { readFileSync, writeFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import process from 'node:process'
import { ROOT } from './root.mjs'

const isCheck = process.argv.includes('--check')
let problems = 0

function reportProblem(message) {
  console.error(message)
  problems += 1
}

for await (const readme of glob(['README.md', 'packages/*/README.md'], { cwd: ROOT })) {
  const text = readFileSync(ROOT + readme, 'utf8')
  let copied = 0
  const updated = text.replaceAll(/<!-- snippet: (\S+) -->\n+```(\w+)\n[^]*?```/g, (_, file, language) => {
    copied += 1
    return `<!-- snippet: ${file} -->\n\n\`\`\`${language}\n${readFileSync(ROOT + file, 'utf8').trim()}\n\`\`\``
  })
  if (copied !== text.split('<!-- snippet: ').length - 1)
    reportProblem(`${readme}: a snippet comment has no code block after it`)
  if (updated === text) continue
  if (isCheck) reportProblem(`${readme}: differs from the files of its snippets; run node tools/readme.mjs`)
  else writeFileSync(ROOT + readme, updated)
}
process.exitCode = problems === 0 ? 0 : 1
