// Finds the packages and the built apps of the checkout that PROJECT names (default: the current folder).
// A folder where the packages are installed from npm works too, for the scripts that start no app.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

export const PROJECT = resolve(process.env.PROJECT ?? process.cwd())

const folders = [
  '',
  'apps/gateway',
  'apps/express',
  'apps/koa',
  'apps/fastify',
  'apps/hono',
  'apps/nestjs',
  'packages/upstream',
]

/** The file that an import of `name` means in the checkout. */
export function locate(name) {
  for (const folder of folders) {
    try {
      return createRequire(join(PROJECT, folder, 'package.json')).resolve(name)
    } catch {
      // Not a dependency of this folder.
    }
  }
  throw new Error(`${name} is not installed below ${PROJECT}`)
}

/** Imports a package of the checkout. */
export const load = (name) => import(pathToFileURL(locate(name)).href)

/** The Node.js that the checkout pins, or the one that runs this script. */
const pinned = join(PROJECT, 'node_modules/.bin/node')
export const node = existsSync(pinned) ? pinned : process.execPath

/** The entry of the command line tool. */
export const cli = () => {
  const built = join(PROJECT, 'packages/cli/dist/main.js')
  return existsSync(built) ? built : join(PROJECT, 'node_modules/faultline/dist/main.js')
}

/** The entry of an example app. */
export const appMain = (app) => join(PROJECT, 'apps', app, 'dist/main.js')

/** The six app configurations. */
export const apps = [
  ['express'],
  ['koa'],
  ['fastify'],
  ['hono'],
  ['nestjs', 'express'],
  ['nestjs', 'fastify'],
]
