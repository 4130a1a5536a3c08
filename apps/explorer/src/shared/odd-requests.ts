/** A request with something wrong about it. */
export interface OddRequest {
  readonly about: string
  readonly method: string
  /** Behind `/v1`. */
  readonly path: string
  /** @default a key that works; null for none */
  readonly key?: string | null
  /** @default JSON, where there is a body */
  readonly type?: string
  readonly body?: string
}

const messages = [{ role: 'user', content: 'Hello' }]
const chat = (change: object): Pick<OddRequest, 'method' | 'path' | 'body'> => ({
  method: 'POST',
  path: '/chat/completions',
  body: JSON.stringify({ model: 'echo', messages, ...change }),
})

/** Requests that are answered before any handler of the app's runs, or by its validation, by name. */
export const oddRequests: Readonly<Record<string, OddRequest>> = {
  'unknown-path': { about: 'No route is at its path', method: 'GET', path: '/nope' },
  'wrong-method': { about: 'DELETE, where only GET is known', method: 'DELETE', path: '/models' },
  'bad-encoding': { about: 'A path that is no percent-encoding', method: 'GET', path: '/models/%zz' },
  'no-key': { about: 'It brings no key', method: 'GET', path: '/models', key: null },
  'expired-key': { about: 'Its key’s time is over', method: 'GET', path: '/models', key: 'sk-expired' },
  'no-right': { about: 'Its key may only read', ...chat({}), key: 'sk-readonly' },
  'spent-quota': { about: 'Its key’s quota is used up', ...chat({}), key: 'sk-quota' },
  'broken-json': { about: 'Its body breaks off', ...chat({}), body: '{"model": "echo"' },
  'wrong-type': { about: 'Its body is plain text', ...chat({}), type: 'text/plain' },
  'one-field': { about: 'A temperature of 9', ...chat({ temperature: 9 }) },
  'two-fields': {
    about: 'Two fields are wrong',
    ...chat({ messages: [{ role: 'cat', content: 'Meow' }], max_tokens: 'many' }),
  },
  'unknown-model': { about: 'A model that there is not', method: 'GET', path: '/models/gpt-9' },
}
