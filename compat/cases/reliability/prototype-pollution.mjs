// Another package has polluted Object.prototype: a plain Error must still be answered with a generic 500.
// usage: PROJECT=<built checkout> node prototype-pollution.mjs
import { load } from './project.mjs'

const { createResponder } = await load('@faultline/core')
const secret = 'planted-secret'
const responder = createResponder({ envelope: 'ai-api', onError: () => {} })
// Without its own id, as an adapter written by hand may pass it.
const request = () => ({ method: 'GET', url: '/', header: () => undefined, raw: null })

const polluted = {
  'status, statusCode and expose': { status: 400, statusCode: 400, expose: true },
  'status 404': { status: 404, statusCode: 404 },
  expose: { expose: true },
  headers: { headers: { 'set-cookie': 'a=b' } },
  'id with CR LF': { id: 'evil\r\nset-cookie: a' },
  id: { id: 'same' },
  issues: { issues: [{ message: 'x' }] },
  type: { type: 'entity.too.large' },
  code: { code: 'FST_ERR_CTP_EMPTY_JSON_BODY' },
  isBoom: { isBoom: true, output: { statusCode: 402, payload: { message: 'pay' } } },
  getStatus: { getStatus: () => 402, getResponse: () => 'text of the polluter' },
}
let failed = 0
for (const [name, properties] of Object.entries(polluted)) {
  for (const [key, value] of Object.entries(properties)) {
    Object.defineProperty(Object.prototype, key, {
      value,
      writable: true,
      configurable: true,
      enumerable: true,
    })
  }
  let answer, thrown
  try {
    answer = responder.respond(new Error(secret), request())
  } catch (error) {
    thrown = error
  }
  for (const key of Object.keys(properties)) delete Object.prototype[key]
  const faults = []
  if (thrown) faults.push(`throws ${thrown.message}`)
  else {
    if (answer.status !== 500) faults.push(`status ${answer.status}`)
    if (answer.body.includes(secret)) faults.push('message on the wire')
    if (/text of the polluter|"pay"/.test(answer.body)) faults.push('text of the polluter on the wire')
    const headers = Object.entries(answer.headers)
    if (headers.some(([key, value]) => key === 'set-cookie' || /[\r\n]/.test(value)))
      faults.push('header injected')
    if (answer.headers['x-request-id'] === 'same') faults.push('request id taken from the prototype')
  }
  if (faults.length > 0) failed++
  console.log(faults.length > 0 ? 'FAIL' : 'ok', name, faults.join(', '))
}
process.exitCode = failed > 0 ? 1 : 0
