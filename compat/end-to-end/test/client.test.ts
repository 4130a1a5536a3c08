import { startApp } from '@faultline/app-gateway/testing'
import { parseError } from '@faultline/client'
import { envelopes, errorClasses, type EnvelopeId } from '@faultline/core'
import { describe, expect, test } from 'vitest'
import { apps } from './apps.ts'

const maskTimes = (text: string): string => text.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, '*')

describe('an error that an app sends and the client parses', () => {
  test.each(Object.entries(apps))(
    'is the same for every error in every envelope: %s',
    async (_name, createServer) => {
      const app = await startApp(createServer)
      const wrong: string[] = []
      let count = 0
      try {
        for (const [envelopeId, envelope] of Object.entries(envelopes)) {
          for (const code of Object.keys(errorClasses)) {
            const response = await fetch(`${app.url}/compat/${envelopeId}/v1/errors/${code}`, {
              headers: { authorization: 'Bearer sk-demo' },
            })
            const { status, headers } = response
            const id = headers.get('x-request-id')
            const body = await response.text()
            const error = await parseError({ status, headers, body }, { envelope: envelopeId as EnvelopeId })
            const detected = await parseError(new Response(body, { status, headers }))
            const rendered = envelope.render(error).body
            const renderedBody = typeof rendered === 'string' ? rendered : JSON.stringify(rendered)
            const isSame =
              maskTimes(renderedBody) === maskTimes(body) &&
              error.status === status &&
              error.requestId === id &&
              detected.status === status &&
              // Some bodies of compactifai are detected as those of openai, which has no retry policy.
              (envelopeId === 'compactifai' || detected.retryable === error.retryable) &&
              detected.requestId === id
            if (!isSame)
              wrong.push(`${envelopeId} ${code} ${status} ${body} ${renderedBody} ${detected.code}`)
            count += 1
          }
        }
      } finally {
        await app.close()
      }
      expect(wrong).toEqual([])
      expect(count).toBe(Object.keys(envelopes).length * Object.keys(errorClasses).length)
    },
    60_000,
  )
})
