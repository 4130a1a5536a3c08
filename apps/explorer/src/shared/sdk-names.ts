/** The SDKs that parse each response, in display order. */
export const SDKS = [
  'openai',
  '@anthropic-ai/sdk',
  'AI SDK openai-compatible',
  'AI SDK anthropic',
  '@google/genai',
  '@faultline/client',
] as const

export type SdkName = (typeof SDKS)[number]
