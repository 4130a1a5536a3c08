import { fromUpstream } from '@faultline/upstream'
import OpenAI from 'openai'

/** Sends a prompt with the caller's own key, so that errors about the key are reported to the caller. */
export async function generate(prompt: string, apiKey: string, signal: AbortSignal): Promise<string> {
  const openai = new OpenAI({ apiKey, baseURL: process.env['UPSTREAM_URL'], maxRetries: 0 })
  try {
    const response = await openai.responses.create({ model: 'gpt-5', input: prompt }, { signal })
    return response.output_text
  } catch (thrown) {
    throw fromUpstream(thrown, { origin: 'openai', credentials: 'caller', signal, requestContent: prompt })
  }
}
