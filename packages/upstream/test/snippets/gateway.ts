import { faultline } from '@faultline/hono'
import { fromUpstreamResponse, upstreamRecognizer } from '@faultline/upstream'
import { Hono } from 'hono'

const upstream = process.env['UPSTREAM_URL'] ?? 'https://api.openai.com'
const headers = {
  authorization: `Bearer ${process.env['OPENAI_API_KEY']}`,
  'content-type': 'application/json',
}

export const app = faultline(new Hono(), {
  envelope: 'openai',
  // Converts errors that no route catches: refused connections, timeouts, errors of SDKs.
  recognizers: [upstreamRecognizer({ origin: 'openai' })],
})

app.post('/v1/chat/completions', async ({ req }) => {
  const body = await req.text()
  const signal = AbortSignal.any([req.raw.signal, AbortSignal.timeout(30_000)])
  const response = await fetch(`${upstream}/v1/chat/completions`, { method: 'POST', headers, body, signal })
  if (!response.ok)
    throw await fromUpstreamResponse(response, { origin: 'openai', signal, requestContent: body })
  // fetch has decompressed the body, so the provider's headers do not describe it.
  return new Response(response.body, {
    headers: { 'content-type': response.headers.get('content-type') ?? '' },
  })
})
