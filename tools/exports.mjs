// Writes `exports`, `main`, `types` and `typesVersions` of the published packages: `node tools/exports.mjs`. With --check
// it changes nothing, and fails where a package.json differs. The entries of a package are the keys of its `exports`;
// to add one, add `"./name": {}` for src/name.ts or src/name/index.ts and run this.
import { readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { findEntryModule, listEntries } from './entries.mjs'
import { listFiles, ROOT } from './files.mjs'

const isCheck = process.argv.includes('--check')

/** The types and the code of a module, in one of the two formats. */
function files(format, path) {
  return { types: `./dist/${format}/${path}.d.ts`, default: `./dist/${format}/${path}.js` }
}

/** The fields of package.json that make a package's entries importable and requirable, with types for each. */
function entryFields(folder, entries) {
  const paths = entries.map((entry) => [entry, findEntryModule(`${ROOT}${folder}`, entry)])
  const subpaths = paths.filter(([entry]) => entry !== '.')
  return {
    main: './dist/cjs/index.js',
    types: './dist/cjs/index.d.ts',
    // For TypeScript with `moduleResolution: node10`, which does not read `exports`.
    typesVersions:
      subpaths.length === 0
        ? undefined
        : {
            '*': Object.fromEntries(
              subpaths.map(([entry, path]) => [entry.slice('./'.length), [files('cjs', path).types]]),
            ),
          },
    exports: {
      ...Object.fromEntries(
        paths.map(([entry, path]) => [
          entry,
          {
            // `require` and `import` of one process load the same copy where Node can require ES modules.
            'module-sync': files('esm', path),
            import: files('esm', path),
            require: files('cjs', path),
          },
        ]),
      ),
      './package.json': './package.json',
    },
  }
}

let differing = 0

const manifests = listFiles(ROOT, 'packages').filter((path) => /^packages\/[^/]+\/package\.json$/.test(path))
for (const file of manifests) {
  const text = readFileSync(ROOT + file, 'utf8')
  const manifest = JSON.parse(text)
  const { main, types, typesVersions, exports, ...others } = manifest
  // The test kit is used from its source.
  if (others.private === true) continue
  const entries = listEntries(manifest)
  // A package without a library, such as the command line.
  if (entries.length === 0) continue
  const fields = entryFields(file.slice(0, -'/package.json'.length), entries)
  if (JSON.stringify(fields) === JSON.stringify({ main, types, typesVersions, exports })) continue
  differing += 1
  if (isCheck) console.error(`${file}: the entry fields differ; node tools/exports.mjs writes them`)
  else {
    const fieldsInOrder = Object.entries(others).flatMap(([name, value]) =>
      name === 'publishConfig' ? [...Object.entries(fields), [name, value]] : [[name, value]],
    )
    writeFileSync(ROOT + file, `${JSON.stringify(Object.fromEntries(fieldsInOrder), null, 2)}\n`)
  }
}
if (isCheck && differing > 0) process.exitCode = 1
