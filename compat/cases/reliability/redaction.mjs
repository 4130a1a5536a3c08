// Each line of secrets.jsonl against the log (serializeError) and the wire (errors of providers, mapped by upstream).
// usage: PROJECT=<built checkout> node redaction.mjs [file.jsonl]
import { readFileSync } from 'node:fs'
import { load } from './project.mjs'

const { serializeError, createResponder } = await load('@faultline/core')
const { fromUpstream, fromUpstreamResponse } = await load('@faultline/upstream')

const file = process.argv[2] ?? new URL('secrets.jsonl', import.meta.url)
const cases = readFileSync(file, 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line))

const responder = createResponder({ envelope: 'openai', onError: () => {} })
const request = () => ({ method: 'POST', url: '/v1/chat', header: () => undefined, raw: null })
const written = (secret) => JSON.stringify(secret).slice(1, -1)

/** An error as the SDK of a provider throws it. */
class SdkError extends Error {
  constructor(status, message) {
    super(`${status} ${message}`)
    const error = { message, type: 'invalid_request_error', code: null, param: null }
    Object.assign(this, { status, headers: new Headers(), requestID: 'req_1', error })
  }
}

function log(text) {
  return JSON.stringify(
    serializeError(new Error('outer', { cause: new AggregateError([new Error(text)], 'several') })),
  )
}

async function wire(text) {
  const bodies = [responder.respond(new Error(text), request()).body]
  for (const status of [400, 404, 429]) {
    const thrown = await fromUpstream(new SdkError(status, text), { origin: 'openai' })
    bodies.push(responder.respond(thrown, request()).body)
    const error = { message: text, type: 'invalid_request_error', code: null, param: null }
    const answer = new Response(JSON.stringify({ error }), {
      status,
      headers: { 'content-type': 'application/json' },
    })
    bodies.push(responder.respond(await fromUpstreamResponse(answer, { origin: 'openai' }), request()).body)
  }
  return bodies.join('\n')
}

const count = { ok: 0, FAIL: 0, optional: 0 }
const say = (isOk, id, what) => {
  const kind = isOk ? 'ok' : id.startsWith('optional-') ? 'optional' : 'FAIL'
  count[kind]++
  if (!isOk) console.log(kind, id, what)
}
for (const { id, text, secret, where } of cases) {
  if (secret === null) {
    const kept = serializeError(new Error(text)).causes[0].message
    say(kept === text, id, `changed to ${JSON.stringify(kept)}`)
    continue
  }
  if (where !== 'wire') say(!log(text).includes(written(secret)), id, 'in the log')
  if (where !== 'log') say(!(await wire(text)).includes(written(secret)), id, 'on the wire')
}
console.log(count)
process.exitCode = count.FAIL > 0 ? 1 : 0
