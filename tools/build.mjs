// Installs what is missing and builds; what is said of it goes to standard error.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

/** The root of the repository, a slash behind it. */
export const root = fileURLToPath(new URL('..', import.meta.url))

/** Runs a tool of the repository by the pnpm that it pins. @returns its exit code */
export function run(tool, options) {
  const { status } = spawnSync(process.execPath, [`${root}tools/pnpm.mjs`, '--silent', 'exec', ...tool], {
    cwd: root,
    ...options,
  })
  return status ?? 1
}

/** Builds a workspace project and what it stands on. Ends this process where that fails. */
export function build(project) {
  const tool = ['turbo', 'run', 'build', '--output-logs=errors-only', `--filter=./${project}`]
  const code = run(tool, { stdio: ['ignore', 2, 2] })
  if (code !== 0) process.exit(code)
}

/** The Node.js of this repository, once something was built. */
export function ownNode() {
  const own = `${root}node_modules/.bin/node`
  return existsSync(own) ? own : process.execPath
}

/** Calls back when whoever started this process is gone: npm does not hand on every signal. */
export function whenOrphaned(callback) {
  const parent = process.ppid
  setInterval(() => {
    if (process.ppid !== parent) callback()
  }, 500).unref()
}
