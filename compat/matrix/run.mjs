// Runs the conformance suite on the lowest and the newest version of every framework, and writes results.json:
// `npm run compat`. `npm run compat -- hono lowest` runs the cells whose names contain all of these words.
// `npm run compat -- hono lowest hono@4.5.0` runs them on another version, for example to find the lowest version that
// works; it ignores the gaps of lowest versions, and results.json stays unchanged.
//
// Each cell is a folder outside of the repository, in which plain npm installs the packed packages and the framework.
// So the suite tests the published files with the dependencies that npm selects, npm refuses versions outside of the
// peer ranges, and an undeclared dependency is not found in a parent folder.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { build, getNodePath } from '../../tools/build.mjs'
import { ROOT } from '../../tools/files.mjs'
import { cells, getCellName } from './matrix.mjs'

const INSTALL_TIMEOUT_MS = 180_000
const SUITE_TIMEOUT_MS = 120_000
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024

const FOLDER = join(ROOT, 'compat/matrix')
const RESULTS = join(FOLDER, 'results.json')
// One per checkout, so that two of them can run at the same time.
const CACHE = join(
  tmpdir(),
  `faultline-compat-${createHash('sha256').update(ROOT).digest('hex').slice(0, 8)}`,
)

const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'))

/** Runs a command and returns its output. @throws Error with the output if the command fails */
function run(command, args, options) {
  const { status, signal, error, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    killSignal: 'SIGKILL',
    maxBuffer: MAX_OUTPUT_BYTES,
    ...options,
  })
  if (status === 0) return stdout
  const reason = error?.message ?? signal ?? `exit code ${status}`
  throw new Error(`${command} ${args.join(' ')}: ${reason}\n${stdout}${stderr}`)
}

// Settings that npm and pnpm pass to their scripts. npm refuses allow-scripts in a project.
const SCRIPT_VARIABLE = /^npm_(?!config_)|^npm_config_allow_scripts$/
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !SCRIPT_VARIABLE.test(name)))

function npm(args, cwd) {
  return run('npm', args, { cwd, env, shell: process.platform === 'win32', timeout: INSTALL_TIMEOUT_MS })
}

/** Packs all packages. @returns a map from the name of a package to its tarball */
function pack() {
  const folder = join(CACHE, 'tarballs')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const args = [
    'tools/pnpm.mjs',
    '--silent',
    '--filter',
    './packages/*',
    'pack',
    '--json',
    '--pack-destination',
  ]
  const packed = JSON.parse(run(process.execPath, [...args, folder], { cwd: ROOT }))
  return new Map(packed.map(({ name, filename, integrity }) => [name, { filename, integrity }]))
}

/** Lists the packages of this repository that an adapter and its test server import, with their dependencies. */
function listOwnPackages(adapter) {
  const found = new Set()
  const add = (folder, fields) => {
    const manifest = readJson(join(ROOT, 'packages', folder, 'package.json'))
    if (found.has(manifest.name)) return
    found.add(manifest.name)
    for (const name of fields.flatMap((field) => Object.keys(manifest[field] ?? {}))) {
      if (name.startsWith('@faultline/')) add(name.slice('@faultline/'.length), ['dependencies'])
    }
  }
  add(adapter, ['dependencies', 'devDependencies'])
  return [...found]
}

const newestVersions = new Map()

/** Returns the newest version in a range. */
function findNewest(name, range) {
  const spec = `${name}@${range}`
  let version = newestVersions.get(spec)
  if (version === undefined) {
    // npm prints versions in the order of their publication, and a string if there is only one.
    const versions = [JSON.parse(npm(['view', spec, 'version', '--json']))].flat()
    version = versions.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1)
    newestVersions.set(spec, version)
  }
  return version
}

/** Returns the dependencies of a cell: packed packages, plugins and the framework. */
function getDependencies({ adapter, plugins, versions, which }, packed, overrides) {
  const dependencies = {}
  for (const name of listOwnPackages(adapter)) dependencies[name] = `file:${packed.get(name).filename}`
  for (const name of plugins) {
    const manifest = join(ROOT, 'packages', adapter, 'node_modules', name, 'package.json')
    dependencies[name] = readJson(manifest).version
  }
  for (const [name, version] of Object.entries(versions)) {
    const wanted = overrides[name] ?? version
    dependencies[name] = which === 'newest' ? findNewest(name, wanted) : wanted
  }
  return dependencies
}

/** Installs a cell if its versions or packages have changed. @returns the name of its folder in the cache */
function install(cell, packed, overrides) {
  const { adapter } = cell
  const manifest = { private: true, type: 'module', dependencies: getDependencies(cell, packed, overrides) }
  const integrities = listOwnPackages(adapter).map((name) => packed.get(name).integrity)
  const key = createHash('sha256')
    .update(JSON.stringify([manifest, integrities]))
    .digest('hex')
  const name = `${adapter}-${key.slice(0, 12)}`
  const folder = join(CACHE, name)
  const isInstalled = join(folder, 'installed')
  if (!existsSync(isInstalled)) {
    rmSync(folder, { recursive: true, force: true })
    for (const subfolder of ['src', 'test']) mkdirSync(join(folder, subfolder), { recursive: true })
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, null, 2))
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error']
    // A version from the command line may be outside of the peer range.
    if (Object.keys(overrides).length > 0) flags.push('--legacy-peer-deps')
    npm(['install', ...flags], folder)
    writeFileSync(isInstalled, '')
  }
  // The test server imports the sources of the adapter; in a cell, that is the installed package.
  writeFileSync(join(folder, 'src/index.ts'), `export * from '@faultline/${adapter}'\n`)
  copyFileSync(
    join(ROOT, 'packages', adapter, 'test/create-server.ts'),
    join(folder, 'test/create-server.ts'),
  )
  copyFileSync(join(FOLDER, 'run-suite.mjs'), join(folder, 'run-suite.mjs'))
  return name
}

/** Runs the suite in an installed cell. @returns the entry of results.json */
function runCell({ framework, which, versions, server, platform, gaps }, name) {
  const folder = join(CACHE, name)
  const result = join(folder, 'result.json')
  rmSync(result, { force: true })
  writeFileSync(join(folder, 'cell.json'), JSON.stringify({ server, gaps }))
  run(getNodePath(), ['run-suite.mjs'], {
    cwd: folder,
    env: { ...env, NODE_ENV: 'production' },
    timeout: SUITE_TIMEOUT_MS,
  })
  const getVersion = (module) => readJson(join(folder, 'node_modules', module, 'package.json')).version
  const modules = [...Object.keys(versions), ...(platform === undefined ? [] : [platform])]
  return {
    framework,
    which,
    versions: Object.fromEntries(modules.map((module) => [module, getVersion(module)])),
    ...readJson(result),
  }
}

function describeResult(name, { versions, passed, failed, gaps }) {
  const failures = Object.entries(failed)
  const list = Object.entries(versions).map((entry) => entry.join(' '))
  const count = Object.values(gaps).flat().length
  return [
    `${name} (${list.join(', ')}): ${passed} passed, ${failures.length} failed, ${count} known gaps`,
    ...failures.map(([scenario, message]) => `  ${scenario}: ${message}`),
  ].join('\n')
}

function main(args) {
  const overrides = {}
  const words = []
  for (const arg of args) {
    const [, name, version] = /^(@?[^@\s]+)@(\d\S*)$/.exec(arg) ?? []
    if (name === undefined) words.push(arg.toLowerCase())
    else overrides[name] = version
  }
  const hasOverrides = Object.keys(overrides).length > 0
  build('packages/*')
  const packed = pack()
  const isComplete = args.length === 0
  const results = new Map()
  if (!isComplete && existsSync(RESULTS)) {
    for (const result of readJson(RESULTS)) results.set(getCellName(result), result)
  }
  const used = new Set(['tarballs'])
  let failures = 0
  for (const cell of cells) {
    const name = getCellName(cell)
    if (!words.every((word) => name.toLowerCase().includes(word))) continue
    try {
      const folder = install(cell, packed, overrides)
      used.add(folder)
      const result = runCell(hasOverrides ? { ...cell, gaps: {} } : cell, folder)
      results.set(name, result)
      failures += Object.keys(result.failed).length
      console.log(describeResult(name, result))
    } catch (error) {
      results.delete(name)
      failures += 1
      console.error(`${name}: ${error.message}`)
    }
  }
  if (!hasOverrides) {
    const sorted = cells.flatMap((cell) => results.get(getCellName(cell)) ?? [])
    writeFileSync(RESULTS, `${JSON.stringify(sorted, null, 2)}\n`)
  }
  if (isComplete) {
    for (const name of readdirSync(CACHE)) {
      if (!used.has(name)) rmSync(join(CACHE, name), { recursive: true })
    }
  }
  return failures === 0 ? 0 : 1
}

process.exitCode = main(process.argv.slice(2))
