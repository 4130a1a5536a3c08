import { InvalidRequest, MalformedBody } from '@faultline/core'
import * as z from 'zod'
import { errorOfProblems, PROMPT_TOO_LONG, type Path } from './problems.ts'

const LONGEST_PROMPT = 8000

/** The body of a chat completion request. */
export const chat = z.object({
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

/** The body of an image request. */
export const image = z.object({
  prompt: z.string(),
  size: z.enum(['256x256', '512x512', '1024x1024']).optional(),
  quality: z.enum(['standard', 'hd']).optional(),
})

/** An image request that is well-formed. */
export type ImageRequest = z.infer<typeof image>

/** Validates a chat completion request. @throws the error of what is wrong with it */
export function validateChat(body: unknown): ChatRequest {
  const { paths, value } = validate(chat, body)
  refuseChat(paths, body)
  return value as ChatRequest
}

/** Validates an image request. @throws the error of what is wrong with it */
export function validateImage(body: unknown): ImageRequest {
  const { paths, value } = validate(image, body)
  refuse(paths, body)
  return value as ImageRequest
}

/**
 * For apps that validate in another way: throws the error of a chat completion request in which a validator found
 * something, or whose prompt is too long.
 *
 * @param paths Where it found something.
 */
export function refuseChat(paths: readonly Path[], body: unknown): void {
  judgeObject(body)
  const { messages } = body as { messages?: unknown }
  const isTooLong = Array.isArray(messages) && promptLength(messages) > LONGEST_PROMPT
  refuse(isTooLong ? [...paths, PROMPT_TOO_LONG] : paths, body)
}

/** The same for any other request. */
export function refuse(paths: readonly Path[], body: unknown): void {
  judgeObject(body)
  const error = errorOfProblems(paths, body)
  if (error !== undefined) throw error
}

function validate<Value>(
  schema: z.ZodType<Value>,
  body: unknown,
): { paths: Path[]; value: Value | undefined } {
  judgeObject(body)
  const { data, error } = schema.safeParse(body)
  return { paths: (error?.issues ?? []).map(({ path }) => path as Path), value: data }
}

function promptLength(messages: readonly unknown[]): number {
  let length = 0
  for (const message of messages) {
    const content = (message as { content?: unknown } | null)?.content
    if (typeof content === 'string') length += content.length
  }
  return length
}

function judgeObject(body: unknown): void {
  if (body === undefined) throw new MalformedBody()
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new InvalidRequest({ message: 'The request body must be a JSON object' })
  }
}
