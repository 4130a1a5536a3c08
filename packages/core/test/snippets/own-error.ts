import { isApiError, QuotaExceeded } from '@faultline/core'

export class OutOfCredits extends QuotaExceeded {
  static override code = 'out_of_credits'
  static override status = 402
  static override description = 'The account has no credits left.'
}

export function describe(error: unknown): string {
  if (isApiError(error, 'quota_exceeded')) return `${error.code} (${error.status}): ${error.message}`
  return 'another error'
}
