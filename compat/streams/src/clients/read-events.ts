import { isApiError, readEvents } from '@faultline/client'
import type { Format } from '../dialects.ts'
import { readAll, type Client } from './client.ts'

type Terminator = NonNullable<Parameters<typeof readEvents>[1]>['terminator']

/** The last event of each format that `readEvents` reads. Google's streams have none. */
const terminators: Readonly<Record<Exclude<Format, 'lines'>, Terminator>> = {
  chat: '[DONE]',
  azure: '[DONE]',
  ui: '[DONE]',
  responses: ({ event }) => event === 'response.completed',
  messages: ({ event }) => event === 'message_stop',
  google: undefined,
  run: ({ data }) => data.includes('"RUN_FINISHED"'),
  plain: ({ event }) => event === 'done',
}

export const faultlineClient: Client = {
  sdk: 'faultline-client',
  name: '@faultline/client, `readEvents`',
  formats: ['chat', 'azure', 'ui', 'responses', 'messages', 'google', 'run', 'plain'],
  async read(url, { format }) {
    if (format === 'lines') throw new TypeError('`readEvents` reads event streams only')
    await readAll(readEvents(await fetch(url, { method: 'POST' }), { terminator: terminators[format] }))
  },
  // The wire message of `compactifai` is not the message of the error that it is parsed to.
  isTyped: (error, expected) =>
    isApiError(error) && (error.code === 'internal_error' || error.message === expected.message),
}
