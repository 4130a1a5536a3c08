import { setImmediate } from 'node:timers/promises'
import { envelopes, type Envelope } from '@faultline/core'
import { dialects } from './dialects.ts'
import { splitBytes } from './random.ts'
import type { Fixture, RouteParams } from './servers/server.ts'

/** Text of the source's error, which no response may contain. */
export const SECRET = 'connect ECONNREFUSED 10.0.0.7:5432'

/** The cut of a stream that does not fail. */
export const COMPLETE = 'complete' as const

/** The id of every request, so that the responses of all servers are equal. */
export const REQUEST_ID = 'req_0123456789abcdefghijklmn'

const MEAN_CHUNK_SIZE = 48

/** Yields a recording up to a cut and then fails. */
async function* createSource({ dialect, cut }: RouteParams): AsyncGenerator<Uint8Array, void, undefined> {
  const { bytes } = dialects[dialect]!.recording
  const end = cut === COMPLETE ? bytes.length : Number(cut)
  // A Node.js stream drops chunks that were not read when its source failed, so each is read before the next.
  for (const chunk of splitBytes(bytes.subarray(0, end), end, MEAN_CHUNK_SIZE)) {
    yield chunk
    await setImmediate()
  }
  await setImmediate()
  if (cut !== COMPLETE) throw new Error(SECRET)
}

/** Returns the envelope of a dialect; `universal` until this version of core has it. */
function getEnvelope(dialect: string | undefined): Envelope {
  const byId: Readonly<Record<string, Envelope>> = envelopes
  return byId[dialects[dialect ?? '']?.envelope ?? ''] ?? envelopes.universal
}

/**
 * Creates the options and sources for the servers.
 *
 * @param onFailure Called with the path of each failed request.
 */
export function createFixture(onFailure: (path: string) => void): Fixture {
  return {
    createSource,
    options: {
      envelope: ({ url }) => getEnvelope(url.split('/')[2]),
      trustRequestId: true,
      onError: (_error, _thrown, { url }) => onFailure(url),
    },
  }
}
