import { InvalidRequest, MalformedBody } from '@faultline/core'
import * as z from 'zod'
import { createValidationError, PROMPT_TOO_LONG, type Path } from './problems.ts'

const MAX_PROMPT_LENGTH = 8000
const MAX_MESSAGES = 100

/** The body of a chat completion request. */
export const chat = z.object({
  model: z.string(),
  messages: z
    .array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() }))
    .min(1)
    .max(MAX_MESSAGES),
  temperature: z.number().min(0).max(2).optional(),
  max_tokens: z.int().min(1).optional(),
  stream: z.boolean().optional(),
})

/** A well-formed chat completion request. The model may be unknown. */
export type ChatRequest = z.infer<typeof chat>

/** The body of an image request. */
export const image = z.object({
  prompt: z.string(),
  size: z.enum(['256x256', '512x512', '1024x1024']).optional(),
  quality: z.enum(['standard', 'hd']).optional(),
})

/** A well-formed image request. */
export type ImageRequest = z.infer<typeof image>

/** Validates a chat completion request. @throws ApiError that describes the problems */
export function validateChat(input: unknown): ChatRequest {
  const body = limitMessages(input)
  assertObject(body)
  const { data, error } = chat.safeParse(body)
  assertValidChat(listPaths(error), body)
  return data as ChatRequest
}

/**
 * Replaces a list of too many messages with an empty one, which is as invalid, so that no validator spends time on the
 * messages.
 */
export function limitMessages(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || !('messages' in body)) return body
  const { messages } = body
  return Array.isArray(messages) && messages.length > MAX_MESSAGES ? { ...body, messages: [] } : body
}

/** Validates an image request. @throws ApiError that describes the problems */
export function validateImage(body: unknown): ImageRequest {
  assertObject(body)
  const { data, error } = image.safeParse(body)
  assertValid(listPaths(error), body)
  return data as ImageRequest
}

/**
 * Throws the error for a chat completion request that another validator rejected, or whose prompt is too long.
 *
 * @param paths Paths at which the validator found problems.
 */
export function assertValidChat(paths: readonly Path[], body: unknown): void {
  assertObject(body)
  const { messages } = body as { messages?: unknown }
  const isTooLong = Array.isArray(messages) && measurePrompt(messages) > MAX_PROMPT_LENGTH
  assertValid(isTooLong ? [...paths, PROMPT_TOO_LONG] : paths, body)
}

/**
 * Throws the error for a request that a validator rejected.
 *
 * @param paths Paths at which the validator found problems.
 */
export function assertValid(paths: readonly Path[], body: unknown): void {
  assertObject(body)
  const error = createValidationError(paths, body)
  if (error !== undefined) throw error
}

function listPaths(error: z.ZodError | undefined): Path[] {
  // JSON has no symbols as keys.
  return (error?.issues ?? []).map(({ path }) => path as Path)
}

/** The length of the joined content, in UTF-16 code units. */
function measurePrompt(messages: readonly unknown[]): number {
  let length = 0
  for (const message of messages) {
    const content = (message as { content?: unknown } | null)?.content
    if (typeof content === 'string') length += content.length
  }
  return length
}

function assertObject(body: unknown): asserts body is object {
  if (body === undefined) throw new MalformedBody()
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new InvalidRequest({ message: 'The request body must be a JSON object' })
  }
}
