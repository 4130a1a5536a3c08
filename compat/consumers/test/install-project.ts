import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, readFile, realpath, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const consumers = join(root, 'compat/consumers')

interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly exports: Record<string, unknown>
  readonly dependencies?: Record<string, string>
  readonly devDependencies?: Record<string, string>
}

async function readManifest(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest
}

/** The result of a program: its exit code, and both of its outputs in one text. */
export interface Result {
  readonly code: number
  readonly output: string
}

// Variables of the test run and of npm's scripts, which a user's shell does not have. npm refuses allow-scripts in a project.
const TEST_VARIABLE =
  /^(?:VITEST.*|JEST_.*|NODE_(?:ENV|PATH|TEST_CONTEXT)|TEST|DEV|PROD|MODE|npm_(?!config_).*|npm_config_allow_scripts)$/

/** Runs a program in a folder, without the environment variables that this test runner and pnpm have set. */
function run(folder: string, command: string, args: readonly string[]): Promise<Result> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !TEST_VARIABLE.test(name)))
  return new Promise((resolve) => {
    execFile(
      command,
      args,
      { cwd: folder, env: { ...env, CI: '1', NO_COLOR: '1' }, timeout: 240_000, maxBuffer: 16_777_216 },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: `${stdout}${stderr}` })
      },
    )
  })
}

/** The packed packages, installed by npm, and a copy of the projects that use them. */
export interface InstalledProject {
  /** Each entry of each package, as an import names it. */
  readonly entries: readonly string[]
  /** Runs the Node.js of this process in the folder of a project. */
  node(project: string, ...args: string[]): Promise<Result>
  /** Runs another version of Node.js there. */
  nodeVersion(version: string, project: string, ...args: string[]): Promise<Result>
}

/**
 * Packs the packages, installs them with the frameworks in an empty folder by plain npm, and copies the projects there.
 * Frameworks are `dependencies` of compat/consumers, and are installed at the versions that it has. Tools are its
 * `devDependencies`, and are linked: installing them again takes longer than all tests here.
 */
export async function installProject(folder: string): Promise<InstalledProject> {
  const tarballs = join(folder, 'tarballs')
  await mkdir(tarballs)
  const pack = ['--silent', '-r', '--filter', './packages/*', 'pack', '--pack-destination', tarballs]
  const packed = await run(root, process.execPath, [join(root, 'tools/pnpm.mjs'), ...pack])
  if (packed.code !== 0) throw new Error(`pnpm pack failed: ${packed.output}`)

  const dependencies: Record<string, string> = {}
  const entries: string[] = []
  for (const directory of await readdir(join(root, 'packages'))) {
    // Git leaves a folder with ignored files when it removes or renames a package.
    if (!existsSync(join(root, 'packages', directory, 'package.json'))) continue
    const {
      name,
      version,
      exports,
      private: isPrivate,
    } = await readManifest(join(root, 'packages', directory))
    if (isPrivate) continue
    dependencies[name] = `file:${tarballs}/${name.replace('@', '').replace('/', '-')}-${version}.tgz`
    for (const key of Object.keys(exports)) {
      if (key !== './package.json') entries.push(`${name}${key.slice(1)}`)
    }
  }
  const installed = (name: string): string => join(consumers, 'node_modules', name)
  const tools = await readManifest(consumers)
  for (const name of Object.keys(tools.dependencies ?? {})) {
    dependencies[name] = (await readManifest(installed(name))).version
  }
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }, null, 2))
  const options = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock']
  const npm = await run(folder, 'npm', ['install', '--loglevel=error', ...options])
  if (npm.code !== 0) throw new Error(`npm install failed: ${npm.output}`)

  const modules = join(folder, 'node_modules')
  for (const name of Object.keys(tools.devDependencies ?? {})) {
    await mkdir(dirname(join(modules, name)), { recursive: true })
    await symlink(await realpath(installed(name)), join(modules, name), 'junction')
  }
  await symlink(join(root, 'node_modules/typescript'), join(modules, 'typescript7'), 'junction')

  for (const project of await readdir(join(consumers, 'projects'))) {
    await cp(join(consumers, 'projects', project), join(folder, project), { recursive: true })
  }
  await cp(join(folder, 'nest/src'), join(folder, 'nest-commonjs/src'), { recursive: true })
  await writeFile(join(folder, 'entries.json'), JSON.stringify(entries))
  const typescript = join(folder, 'typescript')
  const imports = entries.map((entry, index) => `export * as entry${index} from '${entry}'\n`)
  await writeFile(join(typescript, 'entries.ts'), imports.join(''))
  // An assignment checks every exported function and class, and every type in their signatures.
  // TypeScript does not compare the result of `defineErrors`, which depends on its argument, between two declarations. Each
  // class of a table is compared by a test of core.
  const typeOf = (entry: string, mode: string): string =>
    `Omit<typeof import('${entry}', { with: { 'resolution-mode': '${mode}' } }), 'defineErrors'>`
  const assignments = entries.map(
    (entry, index) =>
      `declare const required${index}: ${typeOf(entry, 'require')}\n` +
      `export const imported${index}: ${typeOf(entry, 'import')} = required${index}\n`,
  )
  await writeFile(join(typescript, 'formats.mts'), assignments.join(''))

  return {
    entries,
    node: (project, ...args) => run(join(folder, project), process.execPath, args),
    nodeVersion: (version, project, ...args) =>
      run(join(folder, project), process.execPath, [join(root, 'tools/on-node.mjs'), version, ...args]),
  }
}
