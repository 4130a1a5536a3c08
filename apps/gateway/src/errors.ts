import {
  InvalidFieldValue,
  InvalidImageQuality,
  InvalidImageSize,
  InvalidMaxTokens,
  InvalidTemperature,
  QuotaExceeded,
  type ErrorsByField,
} from '@faultline/core'

/** The API's own error: the balance of a project is used up. */
export class OutOfCredits extends QuotaExceeded {
  static override code = 'out_of_credits'
  static override status = 402

  constructor({ project }: { readonly project: string }) {
    super({ message: `The balance of '${project}' is used up` })
  }
}

/** The error of each field that a validator rejects. `*` is any other field. */
export const errorsByField: ErrorsByField = {
  temperature: InvalidTemperature,
  max_tokens: InvalidMaxTokens,
  size: InvalidImageSize,
  quality: InvalidImageQuality,
  '*': InvalidFieldValue,
}
