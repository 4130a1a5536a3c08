import * as z from 'zod'

/** A string first, so that a missing role is a missing field. */
const Role = z.string().pipe(z.enum(['system', 'user', 'assistant']))

const Message = z.object({ role: Role, content: z.string() })

/** The body of a chat completion request. */
export const ChatRequest = z.object({
  model: z.string(),
  // `pipe` looks at the messages only if their number is right.
  messages: z.array(z.unknown()).min(1).max(100).pipe(z.array(Message)),
  temperature: z.number().min(0).max(2).optional(),
  max_tokens: z.int().min(1).optional(),
  stream: z.boolean().optional(),
})

/** The body of an image request. */
export const ImageRequest = z.object({
  prompt: z.string(),
  size: z.enum(['256x256', '512x512', '1024x1024']).optional(),
  quality: z.enum(['standard', 'hd']).optional(),
})
