/** A request with a fault. */
export interface InvalidRequest {
  readonly description: string
  readonly method: string
  /** Path after `/v1`. */
  readonly path: string
  /** null for no key. @default a valid key */
  readonly key?: string | null
  /** Content type. @default application/json if there is a body */
  readonly type?: string
  readonly body?: string
}

const messages = [{ role: 'user', content: 'Hello' }]
const chat = (change: object): Pick<InvalidRequest, 'method' | 'path' | 'body'> => ({
  method: 'POST',
  path: '/chat/completions',
  body: JSON.stringify({ model: 'echo', messages, ...change }),
})

/** Requests by name. The app rejects them before a route handler runs, or in its validation. */
export const invalidRequests: Readonly<Record<string, InvalidRequest>> = {
  'unknown-path': { description: 'Unknown path', method: 'GET', path: '/nope' },
  'wrong-method': { description: 'DELETE on a path that supports GET', method: 'DELETE', path: '/models' },
  'bad-encoding': { description: 'Invalid percent-encoding in the path', method: 'GET', path: '/models/%zz' },
  'no-key': { description: 'No API key', method: 'GET', path: '/models', key: null },
  'expired-key': { description: 'Expired API key', method: 'GET', path: '/models', key: 'sk-expired' },
  'no-right': { description: 'API key without write permission', ...chat({}), key: 'sk-readonly' },
  'spent-quota': { description: 'API key whose quota is used up', ...chat({}), key: 'sk-quota' },
  'broken-json': { description: 'Truncated body', ...chat({}), body: '{"model": "echo"' },
  'wrong-type': { description: 'Plain text body', ...chat({}), type: 'text/plain' },
  'one-field': { description: 'A temperature of 9', ...chat({ temperature: 9 }) },
  'two-fields': {
    description: 'Two invalid fields',
    ...chat({ messages: [{ role: 'cat', content: 'Meow' }], max_tokens: 'many' }),
  },
  'unknown-model': { description: 'Unknown model', method: 'GET', path: '/models/gpt-9' },
}
