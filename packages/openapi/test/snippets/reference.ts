import { problemDetailsAt, QuotaExceeded } from '@faultline/core'
import { referenceOf, toHtml, toMarkdown } from '@faultline/openapi/reference'

export class OutOfCredits extends QuotaExceeded {
  static override code = 'out_of_credits'
  static override status = 402
  static means = 'The account has no credits left.'
  static todo = 'Top up, and send the request again.'
}

/** What the server answers with: `type` is `https://docs.example/errors#out_of_credits`. */
export const envelope = problemDetailsAt('https://docs.example/errors')

const reference = referenceOf(envelope, {
  errors: [OutOfCredits, 'model_not_found', 'rate_limit_exceeded'],
  title: 'Errors of the Models API',
  baseUrl: 'https://api.example',
})

/** The page at that address, and the same for a repository. */
export const page = toHtml(reference)
export const markdown = toMarkdown(reference)
