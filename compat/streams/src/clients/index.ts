import { agUiClient } from './ag-ui.ts'
import { aiSdkClients } from './ai-sdk.ts'
import { anthropicClients } from './anthropic.ts'
import type { Client } from './client.ts'
import { codexClient } from './codex.ts'
import { googleClient } from './google.ts'
import { ollamaClient } from './ollama.ts'
import { openaiClients } from './openai.ts'
import { faultlineClient } from './read-events.ts'
import { useChatClients } from './use-chat.ts'

/** All clients, in the order of the table. */
export const clients: readonly Client[] = [
  ...openaiClients,
  ...anthropicClients,
  googleClient,
  ...aiSdkClients,
  ...useChatClients,
  codexClient,
  agUiClient,
  ollamaClient,
  faultlineClient,
]
