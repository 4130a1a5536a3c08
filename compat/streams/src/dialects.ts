import {
  azureChatCompletions,
  chatLines,
  chatCompletions,
  generatedContent,
  messages,
  plainEvents,
  responses,
  runEvents,
  uiMessages,
  type Recording,
} from './recordings.ts'

/** The events of a stream, which determine the clients that can read it. */
export type Format = 'azure' | 'chat' | 'google' | 'lines' | 'messages' | 'plain' | 'responses' | 'run' | 'ui'

/** The error of every cut, as the envelope sends it. */
export interface ExpectedError {
  readonly message: string
  readonly code?: string
  readonly type?: string
}

/** The events of a recording in an envelope. */
export interface Dialect {
  readonly envelope: string
  readonly format: Format
  readonly recording: Recording
  readonly error: ExpectedError
}

const message = 'Internal server error'
const openaiError = { message, code: 'server_error', type: 'server_error' }
const universalError = { message, code: 'server_error', type: 'api_error' }

const plain = (envelope: string, error: ExpectedError = { message }): Dialect => ({
  envelope,
  format: 'plain',
  recording: plainEvents,
  error,
})

/** The dialects by the value of `--dialect`. */
export const dialects: Readonly<Record<string, Dialect>> = {
  openai: { envelope: 'openai', format: 'chat', recording: chatCompletions, error: openaiError },
  'openai-responses': {
    envelope: 'openai-responses',
    format: 'responses',
    recording: responses,
    error: openaiError,
  },
  anthropic: {
    envelope: 'anthropic',
    format: 'messages',
    recording: messages,
    error: { message, type: 'api_error' },
  },
  google: {
    envelope: 'google',
    format: 'google',
    recording: generatedContent,
    error: { message, type: 'INTERNAL' },
  },
  'azure-openai': {
    envelope: 'azure-openai',
    format: 'azure',
    recording: azureChatCompletions,
    error: openaiError,
  },
  'ai-sdk-ui': { envelope: 'ai-sdk-ui', format: 'ui', recording: uiMessages, error: { message } },
  'ag-ui': {
    envelope: 'ag-ui',
    format: 'run',
    recording: runEvents,
    error: { message, code: 'internal_error' },
  },
  ollama: { envelope: 'ollama', format: 'lines', recording: chatLines, error: { message } },
  'universal-chat': {
    envelope: 'universal',
    format: 'chat',
    recording: chatCompletions,
    error: universalError,
  },
  'universal-responses': {
    envelope: 'universal',
    format: 'responses',
    recording: responses,
    error: universalError,
  },
  'universal-messages': {
    envelope: 'universal',
    format: 'messages',
    recording: messages,
    error: universalError,
  },
  a15t: plain('a15t'),
  'ai-api': plain('ai-api'),
  compactifai: plain('compactifai', { message: 'Unexpected server error' }),
  compresr: plain('compresr'),
  humanloop: plain('humanloop'),
  'json-api': plain('json-api'),
  'problem-details': plain('problem-details'),
}
