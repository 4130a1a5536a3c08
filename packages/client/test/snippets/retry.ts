import { parseError, retry } from '@faultline/client'

interface Answer {
  status: number
  headers: Record<string, string>
  data: unknown
}

/** @param send Any HTTP client: axios, got, undici, a queue. */
export function call(send: (signal: AbortSignal) => Promise<Answer>): Promise<unknown> {
  return retry(
    async ({ signal }) => {
      const { status, headers, data } = await send(signal)
      if (status >= 400) throw await parseError({ status, headers, body: data }, { envelope: 'openai' })
      return data
    },
    {
      maxAttempts: 5,
      idempotent: true,
      onRetry: ({ error, delay }) => console.warn(`${error.code}, next attempt in ${delay} ms`),
    },
  )
}
