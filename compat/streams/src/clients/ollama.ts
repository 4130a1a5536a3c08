import { Ollama } from 'ollama'
import { PROMPT, readAll, type Client } from './client.ts'

export const ollamaClient: Client = {
  sdk: 'ollama',
  name: 'ollama',
  formats: ['lines'],
  async read(url) {
    const ollama = new Ollama({ host: url })
    await readAll(
      await ollama.chat({ model: 'm', messages: [{ role: 'user', content: PROMPT }], stream: true }),
    )
  },
  // `ResponseError` is not exported. In a stream the class is `Error`.
  isTyped: (error, expected) =>
    error instanceof Error &&
    (error.name === 'Error' || error.name === 'ResponseError') &&
    error.message === expected.message,
}
