/** The body of a chat completion request. */
export const chat = {
  type: 'object',
  required: ['model', 'messages'],
  properties: {
    model: { type: 'string' },
    messages: {
      type: 'array',
      minItems: 1,
      maxItems: 100,
      items: {
        type: 'object',
        required: ['role', 'content'],
        properties: { role: { enum: ['system', 'user', 'assistant'] }, content: { type: 'string' } },
      },
    },
    temperature: { type: 'number', minimum: 0, maximum: 2 },
    max_tokens: { type: 'integer', minimum: 1 },
    stream: { type: 'boolean' },
  },
} as const

/** The body of an image request. */
export const image = {
  type: 'object',
  required: ['prompt'],
  properties: {
    prompt: { type: 'string' },
    size: { enum: ['256x256', '512x512', '1024x1024'] },
    quality: { enum: ['standard', 'hd'] },
  },
} as const
