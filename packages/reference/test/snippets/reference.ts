import { problemDetailsWithBase, QuotaExceeded } from '@faultline/core'
import { buildReference, toHtml, toMarkdown } from '@faultline/reference'

export class OutOfCredits extends QuotaExceeded {
  static override code = 'out_of_credits'
  static override status = 402
  static override description = 'The account has no credits left.'
  static override remedy = 'Top up your account and send the request again.'
}

/** The envelope of the server: `type` is `https://docs.example/errors#out_of_credits`. */
export const envelope = problemDetailsWithBase('https://docs.example/errors')

const reference = buildReference(envelope, {
  errors: [OutOfCredits, 'model_not_found', 'rate_limit_exceeded'],
  title: 'Models API errors',
  baseUrl: 'https://api.example',
})

/** The page to publish at that URL, and the same content for a repository. */
export const page = toHtml(reference)
export const markdown = toMarkdown(reference)
