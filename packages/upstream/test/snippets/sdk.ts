import { fromUpstream } from '@faultline/upstream'
import OpenAI from 'openai'

/** Asks with the caller's own key: what is wrong with it is the caller's to hear. */
export async function ask(prompt: string, apiKey: string, signal: AbortSignal): Promise<string> {
  const openai = new OpenAI({ apiKey, baseURL: process.env['UPSTREAM_URL'], maxRetries: 0 })
  try {
    const answer = await openai.responses.create({ model: 'gpt-5', input: prompt }, { signal })
    return answer.output_text
  } catch (thrown) {
    throw fromUpstream(thrown, { origin: 'openai', credentials: 'caller', signal, requestContent: prompt })
  }
}
