/** A response that an SDK received. */
export interface ReceivedResponse {
  readonly status: number
  readonly headers: Headers
}

/** A `fetch` that requests the error whose code is the model of the SDK's request. */
export interface ErrorFetch {
  readonly fetch: typeof globalThis.fetch
  /** Returns the responses for a model, one per request. */
  responses(name: string): readonly ReceivedResponse[]
}

export interface ErrorFetchOptions {
  /** The route of the demo API. `errors` throws an error of the taxonomy. @default errors */
  readonly route?: 'errors' | 'throw'
  /** Value of the query parameter `stream`: an envelope id, or 1 for the envelope of the path. @default 1 */
  readonly stream?: string | undefined
  /** Changes each response. */
  readonly transform?: (response: Response) => Response | Promise<Response>
}

/**
 * Creates a `fetch` that sends an SDK's requests to `GET /compat/ENVELOPE/v1/ROUTE/MODEL` of an app over real sockets.
 * Responses get a `retry-after-ms` of 1, so that retries do not wait for seconds.
 */
export function createErrorFetch(url: string, envelope: string, options: ErrorFetchOptions = {}): ErrorFetch {
  const { route = 'errors', stream: surface = '1', transform = (response: Response) => response } = options
  const responsesByModel = new Map<string, ReceivedResponse[]>()
  const responses = (name: string): ReceivedResponse[] => responsesByModel.get(name) ?? []
  return {
    responses,
    async fetch(input, init) {
      const { model, stream } = parseRequest(
        input instanceof Request ? input.url : input.toString(),
        init?.body,
      )
      const headers = new Headers(init?.headers)
      headers.delete('content-type')
      headers.delete('content-length')
      const response = await fetch(
        `${url}/compat/${envelope}/v1/${route}/${model}${stream ? `?stream=${surface}` : ''}`,
        { headers, signal: init?.signal ?? null },
      )
      responsesByModel.set(model, [
        ...responses(model),
        { status: response.status, headers: response.headers },
      ])
      return transform(withShortDelay(response))
    },
  }
}

/** Reads model and stream mode, which Gemini has in the path and the others in the body. */
function parseRequest(url: string, body: unknown): { model: string; stream: boolean } {
  const [, model, method] = /\/models\/([\w-]+):(\w+)/.exec(url) ?? []
  if (model !== undefined) return { model, stream: method === 'streamGenerateContent' }
  const request = JSON.parse(body as string) as { model: string; stream?: boolean }
  return { model: request.model, stream: request.stream === true }
}

function withShortDelay(response: Response): Response {
  if (response.ok) return response
  const headers = new Headers(response.headers)
  headers.set('retry-after-ms', '1')
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers })
}
