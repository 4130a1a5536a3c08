/** A response, with its body as text. */
export interface ParsedResponse {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The wire code of an `ai-api` error; undefined for any other body. */
  readonly code: string | undefined
}

/** Fetches, and reads the complete response. */
export async function fetchError(url: string, init: RequestInit = {}): Promise<ParsedResponse> {
  const response = await fetch(url, init)
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, code: readCode(text) }
}

function readCode(text: string): string | undefined {
  try {
    const body = JSON.parse(text) as { success?: unknown; error?: { code?: unknown } } | null
    const code = body?.success === false ? body.error?.code : undefined
    return typeof code === 'string' ? code : undefined
  } catch {
    return undefined
  }
}
