// Builds the package in the current folder as ES modules (dist/esm) and as CommonJS (dist/cjs), with types for both:
// `node ../../tools/build-package.mjs`. Files keep their names and are not bundled, so that stack traces stay readable.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const tsc = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url))

/** Replaces the text of each file that a pattern finds with the result of `change` for it. */
function rewrite(pattern, change) {
  for (const file of globSync(pattern)) {
    const text = readFileSync(file, 'utf8')
    const changed = change(text)
    if (changed !== text) writeFileSync(file, changed)
  }
}

/** Runs the compiler on tsconfig.build.json. @returns its exit code */
async function compile(options) {
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value])
  const compiler = spawn(process.execPath, [tsc, '-p', 'tsconfig.build.json', ...args], { stdio: 'inherit' })
  const [code] = await once(compiler, 'close')
  return code
}

// Files of sources that no longer exist would be published.
rmSync('dist', { recursive: true, force: true })
mkdirSync('dist/cjs', { recursive: true })

const codes = await Promise.all([
  compile({ outDir: 'dist/esm' }),
  compile({
    outDir: 'dist/cjs',
    module: 'commonjs',
    // `nodenext` interprets the sources as ES modules and emits ES modules for them; `bundler` permits CommonJS output.
    moduleResolution: 'bundler',
    verbatimModuleSyntax: 'false',
    // The other run checks the types.
    noCheck: 'true',
  }),
])

// The package is "type": "module"; this folder is not. Bundlers read sideEffects from the nearest package.json.
writeFileSync('dist/cjs/package.json', `${JSON.stringify({ type: 'commonjs', sideEffects: false })}\n`)

// CommonJS has no import.meta.
rewrite('dist/cjs/**/*.js', (code) =>
  code.replaceAll('import.meta.url', 'require("node:url").pathToFileURL(__filename).href'),
)

// A class with private fields in its types is not assignable to the same class of the other format, and a project may
// load both. At run time such objects work in both: a method uses the fields of the class that has it. The line stays
// empty, because the declaration map counts lines.
rewrite('dist/**/*.d.ts', (types) => types.replaceAll(/^ *#private;$/gm, ''))

process.exitCode = codes.find((code) => code !== 0) ?? 0
