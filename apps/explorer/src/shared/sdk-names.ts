/** The SDKs that are asked, in the order in which they are shown. */
export const SDKS = [
  'openai',
  '@anthropic-ai/sdk',
  'AI SDK openai-compatible',
  'AI SDK anthropic',
  '@google/genai',
  '@faultline/client',
] as const

export type SdkName = (typeof SDKS)[number]
