import { isJsonObject } from '@faultline/core'
import type { ExplorerOptions } from './start-explorer.ts'

/** Default of `APPS`: the address of `npm run app express`. */
const DEFAULT_APPS = '{"Express":"http://127.0.0.1:3000"}'

/**
 * Reads the environment variables `APPS` (a JSON object of base URLs by framework), `PORT` and `HOST`.
 *
 * @throws TypeError that names the invalid variable
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>): ExplorerOptions {
  const { APPS: apps, PORT: port, HOST: host } = env
  return { apps: readApps(apps || DEFAULT_APPS), port: readPort(port || '3001'), host: host || '127.0.0.1' }
}

function readPort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw new TypeError(`PORT: must be a number from 0 to 65535, not ${JSON.stringify(text)}`)
}

function readApps(text: string): Record<string, string> {
  const apps = Object.entries(parseObject(text) ?? {})
  if (apps.length === 0)
    throw new TypeError(`APPS: must be a JSON object of addresses, such as ${DEFAULT_APPS}`)
  return Object.fromEntries(
    apps.map(([name, url]) => {
      if (typeof url !== 'string' || !URL.canParse(url) || new URL(url).protocol !== 'http:') {
        throw new TypeError(`APPS: ${name} must be a URL starting with http://`)
      }
      return [name, new URL(url).origin]
    }),
  )
}

function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
