import { ApiError, GoogleGenAI } from '@google/genai'
import { PROMPT, readAll, type Client } from './client.ts'

export const googleClient: Client = {
  sdk: 'google',
  name: '@google/genai',
  formats: ['google'],
  async read(url) {
    const { models } = new GoogleGenAI({ apiKey: 'test', httpOptions: { baseUrl: url } })
    await readAll(await models.generateContentStream({ model: 'm', contents: PROMPT }))
  },
  // The SDK has the fields of the body only as JSON in the message.
  isTyped: (error, expected) =>
    error instanceof ApiError &&
    error.status === 500 &&
    error.message.includes(JSON.stringify(expected.type)) &&
    error.message.includes(expected.message),
}
