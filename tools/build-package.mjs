// Builds the package in the current folder as ES modules (dist/esm) and as CommonJS (dist/cjs), with types for both:
// `node ../../tools/build-package.mjs`. Files keep their names and are not bundled, so that stack traces stay readable.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const tsc = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url))

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
    // `nodenext` takes the sources for ES modules, whatever the output is; `bundler` resolves imports without that rule.
    moduleResolution: 'bundler',
    verbatimModuleSyntax: 'false',
    // The other run checks the types.
    noCheck: 'true',
  }),
])

// The package is "type": "module"; this folder is not. Bundlers read sideEffects from the nearest package.json.
writeFileSync('dist/cjs/package.json', `${JSON.stringify({ type: 'commonjs', sideEffects: false })}\n`)

// CommonJS has no import.meta.
for (const file of globSync('dist/cjs/**/*.js')) {
  const code = readFileSync(file, 'utf8')
  if (code.includes('import.meta.url'))
    writeFileSync(
      file,
      code.replaceAll('import.meta.url', 'require("node:url").pathToFileURL(__filename).href'),
    )
}

process.exitCode = codes.find((code) => code !== 0) ?? 0
