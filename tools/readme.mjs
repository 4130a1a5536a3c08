// Copies the snippets of Markdown files from files that are compiled and tested: `node tools/readme.mjs`.
// With --check it changes nothing, and exits with 1 if a Markdown file differs from the files of its snippets.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { listFiles, ROOT } from './files.mjs'

const isCheck = process.argv.includes('--check')
let problems = 0

function reportProblem(message) {
  console.error(message)
  problems += 1
}

for (const document of listFiles(ROOT).filter((file) => file.endsWith('.md'))) {
  const text = readFileSync(ROOT + document, 'utf8')
  let copied = 0
  const updated = text.replaceAll(
    /<!-- snippet: (\S+) -->\n+```(\w+)\n[^]*?```/g,
    (block, file, language) => {
      copied += 1
      if (!existsSync(ROOT + file)) {
        reportProblem(`${document}: the snippet ${file} does not exist; correct its path`)
        return block
      }
      return `<!-- snippet: ${file} -->\n\n\`\`\`${language}\n${readFileSync(ROOT + file, 'utf8').trim()}\n\`\`\``
    },
  )
  if (copied !== text.split('<!-- snippet: ').length - 1)
    reportProblem(`${document}: a snippet comment has no code block after it`)
  if (updated === text) continue
  if (isCheck) reportProblem(`${document}: differs from the files of its snippets; run node tools/readme.mjs`)
  else writeFileSync(ROOT + document, updated)
}
process.exitCode = problems === 0 ? 0 : 1
