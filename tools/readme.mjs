// Copies the snippets of the READMEs from files that are compiled and tested: `node tools/readme.mjs`.
// With --check it changes nothing, and fails where a README differs from its file.
import { readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { glob } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const isCheck = process.argv.includes('--check')
let drifted = 0

for await (const readme of glob(['README.md', 'packages/*/README.md'], { cwd: root })) {
  const text = readFileSync(root + readme, 'utf8')
  let copied = 0
  const made = text.replaceAll(/<!-- snippet: (\S+) -->\n+```(\w+)\n[^]*?```/g, (_, file, language) => {
    copied += 1
    return `<!-- snippet: ${file} -->\n\n\`\`\`${language}\n${readFileSync(root + file, 'utf8').trim()}\n\`\`\``
  })
  if (copied !== text.split('<!-- snippet: ').length - 1) {
    console.error(`${readme} has a snippet without its block of code`)
    drifted += 1
  }
  if (made === text) continue
  if (isCheck) {
    console.error(`${readme} is not what its snippets are; node tools/readme.mjs copies them`)
    drifted += 1
  } else writeFileSync(root + readme, made)
}
process.exitCode = drifted === 0 ? 0 : 1
