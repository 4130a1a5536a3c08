import { resolveEnvelope, type EnvelopeId } from '@faultline/core'

/** What the environment says. */
export interface Config {
  readonly port: number
  readonly host: string
  readonly envelope: EnvelopeId
  /** Undefined: the upstream runs in this process. */
  readonly upstreamUrl: string | undefined
  /** Undefined: rate limits are kept in memory. */
  readonly redisUrl: string | undefined
  readonly logLevel: string
}

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']

/**
 * Reads the configuration.
 *
 * @throws TypeError that names each variable with a bad value, and what is wrong with it.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const problems: string[] = []
  const read = <Value>(name: string, otherwise: Value, parse: (text: string) => Value): Value => {
    const text = env[name]
    if (text === undefined || text === '') return otherwise
    try {
      return parse(text)
    } catch (error) {
      problems.push(`${name}: ${(error as Error).message}`)
      return otherwise
    }
  }
  const config: Config = {
    port: read('PORT', 3000, port),
    host: read('HOST', '127.0.0.1', String),
    envelope: read<EnvelopeId>('ENVELOPE', 'ai-api', (id) => {
      resolveEnvelope(id)
      return id as EnvelopeId
    }),
    upstreamUrl: read('UPSTREAM_URL', undefined, url(['http:', 'https:'])),
    redisUrl: read('REDIS_URL', undefined, url(['redis:', 'rediss:'])),
    logLevel: read('LOG_LEVEL', 'info', (level) => {
      if (!LEVELS.includes(level))
        throw new TypeError(`must be one of ${LEVELS.join(', ')}, not ${JSON.stringify(level)}`)
      return level
    }),
  }
  if (problems.length > 0) throw new TypeError(problems.join('\n'))
  return config
}

function port(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    throw new TypeError(`must be a number from 0 to 65535, not ${JSON.stringify(text)}`)
  }
  return Number(text)
}

/** The address may hold a password, so it is not repeated. */
function url(protocols: readonly string[]): (text: string) => string | undefined {
  return (text) => {
    if (!URL.canParse(text) || !protocols.includes(new URL(text).protocol)) {
      throw new TypeError(
        `must be a URL that begins with ${protocols.map((name) => `${name}//`).join(' or ')}`,
      )
    }
    return text.replace(/\/+$/, '')
  }
}
