// Builds the package in the current folder as ES modules (dist/esm) and as CommonJS (dist/cjs), with types for both:
// `node ../../tools/build-package.mjs`. Each entry of the package becomes one file, and what several entries use becomes
// one more, because a process that starts needs time for each file. Other packages are not included. Names are kept,
// and source maps lead to src, so that stack traces stay readable.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { findEntryModule, listEntries } from './entries.mjs'

const tsc = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url))

/** The file with the code that several entries use, without its extension. */
const SHARED = 'shared'

/** Replaces the text of each file that a pattern finds with the result of `change` for it. */
function rewrite(pattern, change) {
  for (const file of globSync(pattern)) {
    const text = readFileSync(file, 'utf8')
    const changed = change(text)
    if (changed !== text) writeFileSync(file, changed)
  }
}

/** Writes the types of all modules. @returns the exit code of the compiler */
async function writeTypes(outDir) {
  const args = [
    '-p',
    'tsconfig.build.json',
    '--emitDeclarationOnly',
    '--sourceMap',
    'false',
    '--outDir',
    outDir,
  ]
  const compiler = spawn(process.execPath, [tsc, ...args], { stdio: 'inherit' })
  const [code] = await once(compiler, 'close')
  return code
}

/** Writes the code of all entries in both formats. */
async function writeCode(entries) {
  const bundle = await rolldown({
    input: Object.fromEntries(entries.map((path) => [path, `src/${path}.ts`])),
    external: /^[^./]/,
    platform: 'node',
    transform: { target: 'es2023' },
    // A warning is a fault of the package: an unresolved import, or a cycle between chunks.
    onLog(_level, log) {
      throw new Error(log.message)
    },
  })
  for (const [folder, format] of [
    ['dist/esm', 'es'],
    ['dist/cjs', 'cjs'],
  ]) {
    await bundle.write({
      dir: folder,
      format,
      exports: 'named',
      entryFileNames: '[name].js',
      chunkFileNames: '[name].js',
      minify: false,
      minifyInternalExports: false,
      comments: { jsdoc: false },
      sourcemap: true,
      codeSplitting: { groups: [{ name: SHARED, minShareCount: 2 }] },
    })
  }
  await bundle.close()
}

// Files of sources that no longer exist would be published.
rmSync('dist', { recursive: true, force: true })

const manifest = JSON.parse(readFileSync('package.json', 'utf8'))
const entries = listEntries(manifest).map((entry) => findEntryModule('.', entry))
const [code] = await Promise.all([writeTypes('dist/esm'), writeCode(entries)])
cpSync('dist/esm', 'dist/cjs', { recursive: true, filter: (file) => !/\.js(?:\.map)?$/.test(file) })

// The package is "type": "module"; this folder is not. Bundlers read sideEffects from the nearest package.json.
writeFileSync('dist/cjs/package.json', `${JSON.stringify({ type: 'commonjs', sideEffects: false })}\n`)

// The sources are published, too.
rewrite('dist/**/*.js.map', (map) => JSON.stringify({ ...JSON.parse(map), sourcesContent: undefined }))

// A class with private fields in its types is not assignable to the same class of the other format, and a project may
// load both. At run time such objects work in both: a method uses the fields of the class that has it. The line stays
// empty, because the declaration map counts lines.
rewrite('dist/**/*.d.ts', (types) => types.replaceAll(/^ *#private;$/gm, ''))

process.exitCode = code
