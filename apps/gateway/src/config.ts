import { resolveEnvelope, type EnvelopeId } from '@faultline/core'

/** Configuration from environment variables. */
export interface Config {
  readonly port: number
  readonly host: string
  readonly envelope: EnvelopeId
  /** Base URL of the upstream; undefined to run one in this process. */
  readonly upstreamUrl: string | undefined
  /** Undefined to keep rate limits in memory. */
  readonly redisUrl: string | undefined
  readonly logLevel: string
}

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']

/**
 * Reads the configuration.
 *
 * @throws TypeError with one line for each variable that has an invalid value
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const problems: string[] = []
  const read = <Value>(name: string, fallback: Value, parse: (text: string) => Value): Value => {
    const text = env[name]
    if (text === undefined || text === '') return fallback
    try {
      return parse(text)
    } catch (error) {
      problems.push(`${name}: ${error instanceof Error ? error.message : String(error)}`)
      return fallback
    }
  }
  const config: Config = {
    port: read('PORT', 3000, parsePort),
    host: read('HOST', '127.0.0.1', String),
    envelope: read<EnvelopeId>('ENVELOPE', 'ai-api', (id) => {
      resolveEnvelope(id)
      return id as EnvelopeId
    }),
    upstreamUrl: read('UPSTREAM_URL', undefined, parseUrl(['http:', 'https:'])),
    redisUrl: read('REDIS_URL', undefined, parseUrl(['redis:', 'rediss:'])),
    logLevel: read('LOG_LEVEL', 'info', (level) => {
      if (!LEVELS.includes(level))
        throw new TypeError(`must be one of ${LEVELS.join(', ')}, not ${JSON.stringify(level)}`)
      return level
    }),
  }
  if (problems.length > 0) throw new TypeError(problems.join('\n'))
  return config
}

function parsePort(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    throw new TypeError(`must be a number from 0 to 65535, not ${JSON.stringify(text)}`)
  }
  return Number(text)
}

/** Creates a URL parser. Its error messages do not repeat the URL, which may contain a password. */
function parseUrl(protocols: readonly string[]): (text: string) => string | undefined {
  return (text) => {
    if (!URL.canParse(text) || !protocols.includes(new URL(text).protocol)) {
      throw new TypeError(`must be a URL starting with ${protocols.map((name) => `${name}//`).join(' or ')}`)
    }
    return text.replace(/\/+$/, '')
  }
}
