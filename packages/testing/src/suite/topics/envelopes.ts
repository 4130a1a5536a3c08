import assert from 'node:assert/strict'
import {
  resolveEnvelope,
  envelopes,
  errorClasses,
  type ApiErrorClass,
  type EnvelopeId,
} from '@faultline/core'
import { formatRequest } from '../raw-client.ts'
import { createSample } from '../sample.ts'
import type { Scenario } from '../scenario.ts'

const ids = Object.keys(envelopes).flatMap((id) => [id, `${id}:strict`]) as EnvelopeId[]

const withoutTimes = (text: string): string => text.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, '*')

/** All error classes in each envelope: the response equals what the envelope renders. */
export const envelopeScenarios: readonly Scenario[] = ids.map((id) => ({
  name: id,
  async run(context) {
    const envelope = resolveEnvelope(id)
    const client = await context.client()
    const classes = Object.values<ApiErrorClass>(errorClasses)
    for (const errorClass of classes) {
      const { code } = errorClass
      const response = await client
        .send(formatRequest(`GET /errors?code=${code}`, { 'x-envelope': id, 'x-request-id': 'id-1' }))
        .response()
      const { status, headers, body } = envelope.render(createSample(errorClass), {
        requestId: 'id-1',
      })
      assert.equal(response.status, status, code)
      assert.equal(
        withoutTimes(response.body),
        withoutTimes(typeof body === 'string' ? body : JSON.stringify(body)),
        code,
      )
      for (const [name, value] of Object.entries(headers))
        assert.equal(response.headers[name.toLowerCase()], value, `${code}: ${name}`)
      assert.equal(response.headers['content-type'], envelope.contentType, code)
      assert.equal(response.headers['content-length'], String(response.length), code)
      assert.equal(response.headers['www-authenticate'] !== undefined, status === 401, code)
      assert.equal(response.headers['allow'] !== undefined, code === 'method_not_allowed', code)
      assert.equal(response.headers['x-request-id'], 'id-1', code)
    }
    await context.expectErrors(...classes.map(({ code }) => code))
  },
}))
