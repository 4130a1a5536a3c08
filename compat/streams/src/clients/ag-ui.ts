import { HttpAgent, type RunAgentInput } from '@ag-ui/client'
import { z } from 'zod'
import { PROMPT, type Client } from './client.ts'

/** The body of an error response, which `HttpAgent` keeps as `payload`, and the event `RUN_ERROR`. */
const runError = z.object({ type: z.literal('RUN_ERROR'), message: z.string(), code: z.string() })
const responseError = z.object({ status: z.literal(500), payload: runError })

/** The agent without its log of each error. */
class QuietAgent extends HttpAgent {
  protected override onError(_input: RunAgentInput, error: Error): never {
    throw error
  }
}

/**
 * `HttpAgent` rejects after an error response. After the event `RUN_ERROR`, it calls a subscriber and resolves, so the
 * subscriber throws.
 */
export const agUiClient: Client = {
  sdk: 'ag-ui',
  name: '@ag-ui/client, `HttpAgent`',
  formats: ['run'],
  async read(url) {
    const agent = new QuietAgent({ url, agentId: 'a1', threadId: 't1' })
    agent.setMessages([{ id: 'u1', role: 'user', content: PROMPT }])
    let failure: unknown
    await agent.runAgent({ runId: 'r1' }, { onRunErrorEvent: ({ event }) => void (failure = event) })
    if (failure !== undefined) throw failure
  },
  isTyped(error, expected) {
    const { data = runError.safeParse(error).data } = { data: responseError.safeParse(error).data?.payload }
    return data?.message === expected.message && data.code === expected.code
  },
}
