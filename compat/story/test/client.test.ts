import { startApp } from '@faultline/app-gateway/testing'
import { parseError } from '@faultline/client'
import { envelopes, errorClasses, type EnvelopeId } from '@faultline/core'
import { describe, expect, test } from 'vitest'
import { apps } from './apps.ts'

const timeless = (text: string): string => text.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, '*')

describe('what an app sends and the client reads', () => {
  test.each(Object.entries(apps))(
    '%s: is the same error, for every error in every envelope',
    async (_name, createServer) => {
      const app = await startApp(createServer)
      const wrong: string[] = []
      let read = 0
      try {
        for (const [id, envelope] of Object.entries(envelopes)) {
          for (const code of Object.keys(errorClasses)) {
            const response = await fetch(`${app.url}/compat/${id}/v1/errors/${code}`, {
              headers: { authorization: 'Bearer sk-demo', 'x-request-id': 'mine-1' },
            })
            const { status, headers } = response
            const body = await response.text()
            const error = await parseError({ status, headers, body }, { envelope: id as EnvelopeId })
            const found = await parseError(new Response(body, { status, headers }))
            const same = JSON.stringify(envelope.render(error).body)
            const isSame =
              timeless(same) === timeless(body) &&
              error.status === status &&
              error.requestId === 'mine-1' &&
              found.status === status &&
              found.retryable === error.retryable &&
              found.requestId === 'mine-1'
            if (!isSame) wrong.push(`${id} ${code} ${status} ${body} ${same} ${found.code}`)
            read += 1
          }
        }
      } finally {
        await app.close()
      }
      expect(wrong).toEqual([])
      expect(read).toBe(Object.keys(envelopes).length * Object.keys(errorClasses).length)
    },
    60_000,
  )
})
