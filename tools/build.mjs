// Runs tools of the repository with the pinned pnpm, which installs missing dependencies first.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import process from 'node:process'
import { ROOT } from './files.mjs'

/** Runs a command of node_modules/.bin. @returns its exit code */
export function runTool(command, options) {
  const { status } = spawnSync(process.execPath, [`${ROOT}tools/pnpm.mjs`, '--silent', 'exec', ...command], {
    cwd: ROOT,
    ...options,
  })
  return status ?? 1
}

/**
 * Builds a project of the workspace and its dependencies. Output goes to standard error. If the build fails, this process
 * exits with its exit code.
 *
 * @param project path or glob of the project: `apps/express`
 */
export function build(project) {
  const command = ['turbo', 'run', 'build', '--output-logs=errors-only', `--filter=./${project}`]
  const code = runTool(command, { stdio: ['ignore', 2, 2] })
  if (code !== 0) process.exit(code)
}

/** Returns the path of the Node.js that the repository installs, or of the current one if it is not installed. */
export function getNodePath() {
  const installed = `${ROOT}node_modules/.bin/node`
  return existsSync(installed) ? installed : process.execPath
}

/** Calls a function when the parent process has exited. npm does not forward every signal to its scripts. */
export function onParentExit(callback) {
  const parent = process.ppid
  setInterval(() => {
    if (process.ppid !== parent) callback()
  }, 500).unref()
}
