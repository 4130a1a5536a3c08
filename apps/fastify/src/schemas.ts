const message = {
  type: 'object',
  required: ['role', 'content'],
  properties: {
    role: { type: 'string', enum: ['system', 'user', 'assistant'] },
    content: { type: 'string' },
  },
}

/** The body of a chat completion request. */
export const chatRequest = {
  type: 'object',
  required: ['model', 'messages'],
  properties: {
    model: { type: 'string' },
    // `else` looks at the messages only if there are not too many.
    messages: { type: 'array', minItems: 1, maxItems: 100, if: { minItems: 101 }, else: { items: message } },
    temperature: { type: 'number', minimum: 0, maximum: 2 },
    max_tokens: { type: 'integer', minimum: 1 },
    stream: { type: 'boolean' },
  },
}

/** The body of an image request. */
export const imageRequest = {
  type: 'object',
  required: ['prompt'],
  properties: {
    prompt: { type: 'string' },
    size: { enum: ['256x256', '512x512', '1024x1024'] },
    quality: { enum: ['standard', 'hd'] },
  },
}
