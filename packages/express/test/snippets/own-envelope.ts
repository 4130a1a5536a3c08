import { defineEnvelope, type ErrorEvent } from '@faultline/core'
import { Conflict, faultline, InvalidFieldValue, RateLimitExceeded } from '@faultline/express'
import express from 'express'

interface Body {
  readonly fault: {
    readonly name: string
    readonly text: string
    readonly field?: string
    readonly data?: unknown
  }
  readonly request: string
}

export const acme = defineEnvelope({
  id: 'acme',
  title: 'Acme faults',
  codes: {
    E_INPUT: { status: 400, retryable: false },
    E_LIMIT: { status: 429, message: 'Slow down', retryable: true },
    E_FAIL: { status: 500, retryable: false },
  },
  mapping: { default: 'E_FAIL', invalid_request: 'E_INPUT', rate_limit_exceeded: 'E_LIMIT' },
  strictFallback: { conflict: { code: 'E_INPUT', status: 409 } },
  toWireCode: (code) => `E_${code.toUpperCase()}`,
  fromWireCode: (wireCode) => wireCode.replace(/^E_/, '').toLowerCase(),
  retryAfterStatuses: [429],
  challenge: 'Bearer realm="acme"',
  contentType: 'application/json; charset=utf-8',
  clientHints: { maxRetryAfter: 60 },
  retryPolicy: { statuses: [429], maxAttempts: 3, delays: [1, 2], reason: 'Retry only E_LIMIT' },
  detailsPlace: 'fault.data',
  errorMember: 'fault',
  isDeterministic: true,
  renderBody: ({ code, description, field, details, requestId }): Body => ({
    fault: {
      name: code,
      text: description,
      ...(field === undefined ? {} : { field }),
      ...(details === undefined ? {} : { data: details }),
    },
    request: requestId,
  }),
  renderEvents: (body): ErrorEvent[] => [{ event: 'fault', data: body }],
  parseBody({ fault, request }) {
    if (typeof fault !== 'object' || fault === null) return undefined
    const { name, text, field, data } = fault as Partial<Record<string, unknown>>
    if (typeof name !== 'string' || typeof text !== 'string' || typeof request !== 'string') return undefined
    return {
      code: name,
      message: text,
      field: typeof field === 'string' ? field : undefined,
      details: data,
      requestId: request,
    }
  },
  schema: (codes) => ({
    type: 'object',
    required: ['fault', 'request'],
    properties: {
      fault: {
        type: 'object',
        required: ['name', 'text'],
        properties: {
          name: codes === undefined ? { type: 'string' } : { enum: codes },
          text: { type: 'string' },
          field: { type: 'string' },
          ...(codes === undefined ? { data: {} } : {}),
        },
      },
      request: { type: 'string' },
    },
  }),
})

export const app = faultline(express(), { envelope: acme })
app.get('/limit', () => {
  throw new RateLimitExceeded({ retryAfter: 30 })
})
app.get('/field', () => {
  throw new InvalidFieldValue({ field: 'size', issue: 'must be at most 10' })
})
app.get('/conflict', () => {
  throw new Conflict({ message: 'The item was sold', details: { sku: 'a1' } })
})
