/** Maximum size of a JSON body and of an uploaded file, in bytes. */
export const MAX_BODY_BYTES = 1024 * 1024

/** Maximum size of a multipart body, in bytes: a file and the headers of its part. */
export const MAX_FORM_BYTES = MAX_BODY_BYTES + 64 * 1024

const MAX_PROMPT_LENGTH = 8000

/** A valid chat completion request. */
export interface ChatRequest {
  readonly model: string
  readonly messages: readonly { readonly role: string; readonly content: string }[]
  readonly temperature?: number | undefined
  readonly max_tokens?: number | undefined
  readonly stream?: boolean | undefined
}

/** A valid image request. */
export interface ImageRequest {
  readonly prompt: string
  readonly size?: string | undefined
  readonly quality?: string | undefined
}

/** Returns whether the joined content of a chat exceeds 8,000 UTF-16 code units. */
export function isPromptTooLong({ messages }: ChatRequest): boolean {
  return messages.reduce((length, { content }) => length + content.length, 0) > MAX_PROMPT_LENGTH
}

/** Returns whether the API does not create images for a prompt. */
export function isForbiddenPrompt(prompt: string): boolean {
  return /\bforbidden\b/i.test(prompt)
}

/** Returns whether files with a name can be uploaded. */
export function isSupportedFile(filename: string): boolean {
  return /\.(?:txt|json|jsonl)$/i.test(filename)
}
