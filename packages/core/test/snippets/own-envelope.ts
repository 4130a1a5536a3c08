import { defineEnvelope } from '@faultline/core'

export const acme = defineEnvelope({
  id: 'acme',
  codes: {
    E_LIMIT: { status: 429, message: 'Slow down', retryable: true },
    E_FAIL: { status: 500 },
  },
  retryPolicy: { statuses: [429, 500], maxAttempts: 3, delays: [1, 2] },
  mapping: { default: 'E_FAIL', rate_limit_exceeded: 'E_LIMIT' },
  renderBody: ({ code, message }) => ({ fault: code, text: message }),
  parseBody: ({ fault, text }) =>
    typeof fault === 'string' && typeof text === 'string' ? { code: fault, message: text } : undefined,
})
