/** What an SDK was answered. */
export interface Heard {
  readonly status: number
  readonly headers: Headers
}

/** The `fetch` of an SDK that asks an app for an error: the one that the SDK's model is named after. */
export interface Line {
  readonly fetch: typeof globalThis.fetch
  /** The answers that were heard of an error, one a request. */
  heard(name: string): readonly Heard[]
}

export interface LineOptions {
  /** @default errors: what is thrown is an error of the catalog */
  readonly route?: 'errors' | 'throw'
  /** @default 1: the events of the envelope's own clients */
  readonly stream?: string | undefined
  /** Does something to each answer on its way. */
  readonly bend?: (response: Response) => Response | Promise<Response>
}

/**
 * Connects an SDK to an app's errors in an envelope. Its requests are those that it always makes, on real sockets;
 * only the path is `GET /compat/ENVELOPE/v1/ROUTE/MODEL`, and a retry waits a millisecond where it would wait
 * seconds.
 */
export function lineTo(url: string, envelope: string, options: LineOptions = {}): Line {
  const { route = 'errors', stream: events = '1', bend = (response: Response) => response } = options
  const answers = new Map<string, Heard[]>()
  const heard = (name: string): Heard[] => answers.get(name) ?? []
  return {
    heard,
    async fetch(input, init) {
      const { model, stream } = wanted(input instanceof Request ? input.url : input.toString(), init?.body)
      const headers = new Headers(init?.headers)
      headers.delete('content-type')
      headers.delete('content-length')
      const response = await fetch(
        `${url}/compat/${envelope}/v1/${route}/${model}${stream ? `?stream=${events}` : ''}`,
        { headers, signal: init?.signal ?? null },
      )
      answers.set(model, [...heard(model), { status: response.status, headers: response.headers }])
      return bend(hurried(response))
    },
  }
}

/** The model that is asked for: in the body, or, of Gemini, in the path. */
function wanted(url: string, body: unknown): { model: string; stream: boolean } {
  const [, model, method] = /\/models\/([\w-]+):(\w+)/.exec(url) ?? []
  if (model !== undefined) return { model, stream: method === 'streamGenerateContent' }
  const asked = JSON.parse(body as string) as { model: string; stream?: boolean }
  return { model: asked.model, stream: asked.stream === true }
}

function hurried(response: Response): Response {
  if (response.ok) return response
  const headers = new Headers(response.headers)
  headers.set('retry-after-ms', '1')
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers })
}
