// Checks which package and which folder imports which: `node tools/structure.mjs`. Import cycles between files, and Node
// built-ins in core, are reported by oxlint (import/no-cycle and import/no-nodejs-modules in .oxlintrc.json).
import { existsSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { listFiles, ROOT } from './files.mjs'
import { parseSource, readPackageSources } from './sources.mjs'

/** The packages of this repository that each library may depend on, by folder. The table has no cycle. */
const LIBRARIES = {
  core: [],
  node: ['core'],
  express: ['core', 'node'],
  koa: ['core', 'node'],
  fastify: ['core', 'node'],
  nestjs: ['core', 'node'],
  hono: ['core'],
  client: ['core'],
  upstream: ['core', 'client'],
  openapi: ['core'],
  reference: ['core', 'openapi'],
  opentelemetry: ['core'],
  'eslint-plugin': ['core'],
  testing: ['core', 'client'],
}

/** All packages. The command line may depend on every library, the test kit on none: the tests of all packages use it. */
const PACKAGES = { ...LIBRARIES, cli: Object.keys(LIBRARIES), 'test-kit': [] }

/** Packages that import no other library, not even its types. */
const WITHOUT_LIBRARIES = new Set(['core', 'node'])

/** Files that every adapter has. */
const ADAPTER_FILES = ['index.ts', 'install.ts', 'internals.ts']
const ADAPTERS = ['express', 'koa', 'fastify', 'nestjs', 'hono']

/**
 * The layers of packages/core/src from the ground up. A folder or file imports only from earlier layers; members of one
 * layer do not import each other. Entries come last.
 */
const CORE_LAYERS = [
  ['http'],
  ['events'],
  ['errors'],
  ['envelopes', 'recognize'],
  ['stream.ts'],
  ['log'],
  ['respond'],
  ['web'],
  ['index.ts', 'slim.ts', 'web.ts'],
]

/** Names of frameworks, as words or as parts of an identifier: `express`, `fromExpress`, `FastifyError`. */
const FRAMEWORK =
  /(?<![A-Za-z])(?:express|koa|fastify|nest|nestjs|hono)(?![a-z])|(?:Express|Koa|Fastify|Nest|NestJS|Hono)(?![a-z])|(?<![A-Z])(?:EXPRESS|KOA|FASTIFY|NEST|NESTJS|HONO)(?![A-Z])/g

/** Places outside `recognize/` where core may name a framework: `{ file, text, reason }`. */
const ALLOWED_FRAMEWORK_NAMES = []

/** Returns the import specifiers of a source file: `{ specifier, line }`. Type imports and re-exports are included. */
function findImports(file, text) {
  const { module } = parseSource(file, text)
  const requests = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest),
    ...module.staticExports.flatMap(({ entries }) => entries.map(({ moduleRequest }) => moduleRequest)),
    ...module.dynamicImports.map(({ moduleRequest: { start, end } }) => ({
      start,
      value: /^['"`](.*)['"`]$/.exec(text.slice(start, end))?.[1],
    })),
  ]
  const found = new Map()
  for (const request of requests)
    if (request?.value !== undefined) found.set(`${request.start}`, toImport(text, request))
  return [...found.values()]
}

function toImport(text, { value, start }) {
  return { specifier: value, line: text.slice(0, start).split('\n').length }
}

/** Returns the problems of one import between packages. */
function checkImport(source, { specifier, line }, foldersByName) {
  const place = `${source.file}:${line}`
  const allowed = PACKAGES[source.package]
  if (specifier.startsWith('.')) {
    const target = posix.join(posix.dirname(source.file), specifier)
    return target.startsWith(`packages/${source.package}/`)
      ? []
      : [`${place}: imports ${specifier}, a file outside its package; import the package by name`]
  }
  const name = specifier.match(/^(?:@[^/]+\/)?[^/]+/)[0]
  const folder = foldersByName.get(name)
  if (folder === undefined) {
    const isLibrary = !specifier.startsWith('node:')
    return isLibrary && WITHOUT_LIBRARIES.has(source.package)
      ? [`${place}: imports ${name}; packages/${source.package} imports no other library`]
      : []
  }
  return folder === source.package || allowed.includes(folder)
    ? []
    : [
        `${place}: imports ${name}; packages/${source.package} may import ${allowed.join(', ') || 'no package'}`,
      ]
}

/** Returns the problems of the runtime dependencies in a package.json. */
function checkManifest(folder, manifest, foldersByName) {
  const file = `packages/${folder}/package.json`
  const allowed = PACKAGES[folder]
  if (allowed === undefined)
    return [`${file}: tools/structure.mjs does not list packages/${folder}; add it to PACKAGES`]
  const names = Object.keys({
    ...manifest.dependencies,
    ...manifest.optionalDependencies,
    ...manifest.peerDependencies,
  })
  return names.flatMap((name) => {
    const dependency = foldersByName.get(name)
    if (dependency === undefined)
      return WITHOUT_LIBRARIES.has(folder)
        ? [`${file}: depends on ${name}; packages/${folder} depends on no other library`]
        : []
    return allowed.includes(dependency) ? [] : [`${file}: depends on ${name}, which is not allowed`]
  })
}

/** Returns the problems of one file of packages/core/src with the layers. */
function checkLayers({ file, text }) {
  const folder = 'packages/core/src'
  const layerOf = (path) => {
    const [member] = posix.relative(folder, path).split('/')
    return { member, layer: CORE_LAYERS.findIndex((members) => members.includes(member)) }
  }
  const own = layerOf(file)
  if (own.layer === -1) return [`${file}: is in no layer of core; move it to a folder`]
  return findImports(file, text)
    .filter(({ specifier }) => specifier.startsWith('.'))
    .flatMap(({ specifier, line }) => {
      const target = layerOf(posix.join(posix.dirname(file), specifier))
      if (target.member === own.member || target.layer < own.layer) return []
      // The entries may import each other.
      if (own.layer === CORE_LAYERS.length - 1 && target.layer === own.layer) return []
      return [`${file}:${line}: ${own.member} imports ${target.member}, which is not in a lower layer`]
    })
}

/** Returns the names of frameworks in a file of core. */
function checkFrameworkNames({ file, text }, allowedNames, used) {
  if (file.startsWith('packages/core/src/recognize/')) return []
  return text.split('\n').flatMap((line, index) =>
    [...line.matchAll(FRAMEWORK)].flatMap(([name]) => {
      const allowed = allowedNames.find((each) => each.file === file && line.includes(each.text))
      if (allowed === undefined)
        return [`${file}:${index + 1}: names ${name}; only recognize/ knows frameworks\n    ${line.trim()}`]
      used.add(allowed)
      return []
    }),
  )
}

/**
 * Checks the packages of a repository.
 *
 * @param root path of the repository
 * @param allowedNames places where core may name a framework
 * @returns the problems, one line each
 */
export function checkStructure(root, allowedNames = ALLOWED_FRAMEWORK_NAMES) {
  const manifests = new Map(
    [...new Set(listFiles(root, 'packages').map((file) => file.split('/')[1]))]
      .filter((folder) => existsSync(`${root}/packages/${folder}/package.json`))
      .map((folder) => [folder, JSON.parse(readFileSync(`${root}/packages/${folder}/package.json`, 'utf8'))]),
  )
  const foldersByName = new Map([...manifests].map(([folder, { name }]) => [name, folder]))
  const sources = readPackageSources(root).filter((source) => PACKAGES[source.package] !== undefined)
  const core = sources.filter((source) => source.package === 'core')
  const used = new Set()
  return [
    ...[...manifests].flatMap(([folder, manifest]) => checkManifest(folder, manifest, foldersByName)),
    ...sources.flatMap((source) =>
      findImports(source.file, source.text).flatMap((each) => checkImport(source, each, foldersByName)),
    ),
    ...core.flatMap((source) => checkLayers(source)),
    ...core.flatMap((source) => checkFrameworkNames(source, allowedNames, used)),
    ...allowedNames
      .filter((allowed) => !used.has(allowed))
      .map(
        ({ file, text }) =>
          `${file}: does not contain ${JSON.stringify(text)}; remove it from the allowed names`,
      ),
    ...ADAPTERS.filter((adapter) => manifests.has(adapter)).flatMap((adapter) =>
      ADAPTER_FILES.map((name) => `packages/${adapter}/src/${name}`)
        .filter((file) => !existsSync(`${root}/${file}`))
        .map((file) => `${file}: does not exist; every adapter has ${ADAPTER_FILES.join(', ')}`),
    ),
  ]
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problems = checkStructure(ROOT)
  for (const problem of problems) console.error(problem)
  process.exitCode = problems.length === 0 ? 0 : 1
}
