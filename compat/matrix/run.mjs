// Runs the conformance suite on the lowest and the newest version of every framework: `npm run compat`.
// `npm run compat -- hono lowest` runs the cells whose names have all of these words. `npm run compat -- hono lowest
// hono@4.5.0` runs them on another version and keeps results.json as it is: to find the lowest version that works.
//
// Each cell is a folder outside of the repository, with the packed packages and the framework, installed by plain npm:
// what is tested is what is published, with the dependencies and peers that npm finds for it, and no package that is
// not declared can be found in a folder above. A folder is installed again only if its versions or packages change.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { build, getNodePath } from '../../tools/build.mjs'
import { ROOT } from '../../tools/files.mjs'
import { cells } from './matrix.mjs'

const INSTALL_TIMEOUT_MS = 180_000
const SUITE_TIMEOUT_MS = 120_000

const here = join(ROOT, 'compat/matrix')
const resultsFile = join(here, 'results.json')
const cache = join(tmpdir(), 'faultline-compat')
const tarballs = join(cache, 'tarballs')
const isOverride = (arg) => /.@/.test(arg)
const words = process.argv.slice(2).filter((arg) => !isOverride(arg))
const overrides = new Map(
  process.argv
    .slice(2)
    .filter(isOverride)
    .map((arg) => arg.split(/(?<=.)@/)),
)
const isWindows = process.platform === 'win32'

const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'))
const nameOf = ({ framework, which }) => `${framework}, ${which}`

/** Runs a command to its end. @returns its output @throws Error with the output of one that fails */
function run(command, args, options) {
  const { status, signal, error, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    killSignal: 'SIGKILL',
    ...options,
  })
  if (status === 0) return stdout
  const reason = error?.message ?? signal ?? `exit code ${status}`
  throw new Error(`${command} ${args.join(' ')}: ${reason}\n${stdout}${stderr}`)
}

const npm = (args, options) => run('npm', args, { shell: isWindows, timeout: INSTALL_TIMEOUT_MS, ...options })

/** Packs the packages. @returns the tarball of each, by name */
function pack() {
  rmSync(tarballs, { recursive: true, force: true })
  mkdirSync(tarballs, { recursive: true })
  const args = ['tools/pnpm.mjs', '--silent', '--filter', './packages/*', 'pack', '--json']
  const output = run(process.execPath, [...args, '--pack-destination', tarballs], {
    cwd: ROOT,
    maxBuffer: 2 ** 26,
  })
  return new Map(JSON.parse(output).map(({ name, filename, integrity }) => [name, { filename, integrity }]))
}

/** The names of an adapter's own packages: those that it and its test server import, and what these depend on. */
function ownPackages(adapter) {
  const found = new Set()
  const add = ({ name, ...manifest }, fields) => {
    if (found.has(name)) return
    found.add(name)
    const names = fields.flatMap((field) => Object.keys(manifest[field] ?? {}))
    for (const dependency of names.filter((other) => other.startsWith('@faultline/'))) {
      const folder = join(ROOT, 'packages', dependency.replace('@faultline/', ''))
      add(readJson(join(folder, 'package.json')), ['dependencies'])
    }
  }
  add(readJson(join(ROOT, 'packages', adapter, 'package.json')), ['dependencies', 'devDependencies'])
  return [...found]
}

const newest = new Map()

/** The newest version of a range. */
function resolve(name, range) {
  const spec = `${name}@${range}`
  if (!newest.has(spec)) {
    // npm prints versions in the order of their publication, and a string if there is only one.
    const versions = [JSON.parse(npm(['view', spec, 'version', '--json']))].flat()
    newest.set(spec, versions.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1))
  }
  return newest.get(spec)
}

/** Installs a cell, unless its folder has what it needs. @returns the folder */
function install({ adapter, plugins, versions, which }, packed) {
  const own = ownPackages(adapter).map((name) => [name, `file:${packed.get(name).filename}`])
  const pinned = plugins.map((name) => {
    const file = join(ROOT, 'packages', adapter, 'node_modules', name, 'package.json')
    return [name, readJson(file).version]
  })
  const resolved = Object.entries(versions).map(([name, range]) => {
    const wanted = overrides.get(name) ?? range
    return [name, which === 'newest' ? resolve(name, wanted) : wanted]
  })
  const dependencies = Object.fromEntries([...own, ...pinned, ...resolved])
  const manifest = JSON.stringify({ private: true, type: 'module', dependencies }, null, 2)
  const integrities = own.map(([name]) => packed.get(name).integrity)
  const key = createHash('sha256')
    .update(JSON.stringify([manifest, integrities]))
    .digest('hex')
  const folder = join(cache, `${adapter}-${key.slice(0, 12)}`)
  const done = join(folder, 'installed')
  if (!existsSync(done)) {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(join(folder, 'src'), { recursive: true })
    mkdirSync(join(folder, 'test'))
    writeFileSync(join(folder, 'package.json'), manifest)
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error']
    // A version that is tried may be outside of the peer range.
    if (overrides.size > 0) flags.push('--legacy-peer-deps')
    npm(['install', ...flags], { cwd: folder })
    writeFileSync(done, '')
  }
  // The test server imports the adapter's sources; here that is the installed adapter.
  writeFileSync(join(folder, 'src/index.ts'), `export * from '@faultline/${adapter}'\n`)
  copyFileSync(
    join(ROOT, 'packages', adapter, 'test/create-server.ts'),
    join(folder, 'test/create-server.ts'),
  )
  copyFileSync(join(here, 'run-suite.mjs'), join(folder, 'run-suite.mjs'))
  return folder
}

/** Installs a cell and runs the suite in it. @returns its entry of results.json */
function runCell(cell, packed) {
  const { framework, which, versions, server = 'createServer', platform } = cell
  const folder = install(cell, packed)
  const output = join(folder, 'result.json')
  rmSync(output, { force: true })
  run(getNodePath(), ['run-suite.mjs', server, output], {
    cwd: folder,
    env: { ...process.env, NODE_ENV: 'production' },
    timeout: SUITE_TIMEOUT_MS,
  })
  const installed = (name) => [name, readJson(join(folder, 'node_modules', name, 'package.json')).version]
  return {
    framework,
    which,
    versions: Object.fromEntries([...Object.keys(versions), ...(platform ? [platform] : [])].map(installed)),
    ...readJson(output),
  }
}

build('packages/*')
const packed = pack()
const results = existsSync(resultsFile) ? readJson(resultsFile) : []
const byName = new Map(results.map((result) => [nameOf(result), result]))
let failures = 0
for (const cell of cells) {
  const name = nameOf(cell)
  if (!words.every((word) => name.toLowerCase().includes(word.toLowerCase()))) continue
  try {
    const result = runCell(cell, packed)
    byName.set(name, result)
    const failed = Object.entries(result.failed)
    failures += failed.length
    const versions = Object.entries(result.versions)
      .map((entry) => entry.join(' '))
      .join(', ')
    const gaps = Object.values(result.gaps).flat().length
    console.log(`${name} (${versions}): ${result.passed} passed, ${failed.length} failed, ${gaps} known gaps`)
    for (const [scenario, message] of failed) console.log(`  ${scenario}: ${message}`)
  } catch (error) {
    failures += 1
    byName.delete(name)
    console.error(`${name}: ${error.message}`)
  }
}
if (overrides.size === 0) {
  const written = cells.flatMap((cell) => byName.get(nameOf(cell)) ?? [])
  writeFileSync(resultsFile, `${JSON.stringify(written, null, 2)}\n`)
}
process.exitCode = failures === 0 ? 0 : 1
