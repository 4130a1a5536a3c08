import { InvalidRequest, MalformedBody } from '@faultline/core'
import * as z from 'zod'
import { errorOfProblems, PROMPT_TOO_LONG, type Path } from './problems.ts'

const LONGEST_PROMPT = 8000

const chat = z.object({
  model: z.string(),
  messages: z
    .array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() }))
    .min(1)
    .max(100),
  temperature: z.number().min(0).max(2).optional(),
  max_tokens: z.int().min(1).optional(),
  stream: z.boolean().optional(),
})

/** A chat completion request that is well-formed; whether there is such a model is not told yet. */
export type ChatRequest = z.infer<typeof chat>

const image = z.object({
  prompt: z.string(),
  size: z.enum(['256x256', '512x512', '1024x1024']).optional(),
  quality: z.enum(['standard', 'hd']).optional(),
})

/** An image request that is well-formed. */
export type ImageRequest = z.infer<typeof image>

/** Validates a chat completion request. @throws the error of what is wrong with it */
export function validateChat(body: unknown): ChatRequest {
  const { paths, value } = validate(chat, body)
  const messages = (body as { messages?: unknown }).messages
  if (Array.isArray(messages) && promptLength(messages) > LONGEST_PROMPT) paths.push(PROMPT_TOO_LONG)
  return settle(paths, body, value)
}

/** Validates an image request. @throws the error of what is wrong with it */
export function validateImage(body: unknown): ImageRequest {
  const { paths, value } = validate(image, body)
  return settle(paths, body, value)
}

function validate<Value>(
  schema: z.ZodType<Value>,
  body: unknown,
): { paths: Path[]; value: Value | undefined } {
  if (body === undefined) throw new MalformedBody()
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new InvalidRequest({ message: 'The request body must be a JSON object' })
  }
  const { data, error } = schema.safeParse(body)
  return { paths: (error?.issues ?? []).map(({ path }) => path as Path), value: data }
}

function settle<Value>(paths: readonly Path[], body: unknown, value: Value | undefined): Value {
  const error = errorOfProblems(paths, body)
  if (error !== undefined) throw error
  return value as Value
}

function promptLength(messages: readonly unknown[]): number {
  let length = 0
  for (const message of messages) {
    const content = (message as { content?: unknown } | null)?.content
    if (typeof content === 'string') length += content.length
  }
  return length
}
