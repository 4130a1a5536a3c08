import { faultline } from '@faultline/hono'
import { passThrough } from '@faultline/upstream'
import { Hono } from 'hono'

const upstream = process.env['UPSTREAM_URL'] ?? 'https://api.openai.com'
const headers = {
  authorization: `Bearer ${process.env['OPENAI_API_KEY']}`,
  'content-type': 'application/json',
}

export const app = faultline(new Hono(), { envelope: 'openai' })

app.post('/v1/chat/completions', async ({ req }) => {
  const body = await req.text()
  const signal = AbortSignal.any([req.raw.signal, AbortSignal.timeout(30_000)])
  const response = fetch(`${upstream}/v1/chat/completions`, { method: 'POST', headers, body, signal })
  return passThrough(response, { origin: 'openai', signal, requestContent: body })
})
