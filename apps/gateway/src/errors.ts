import {
  defineErrors,
  InvalidFieldValue,
  InvalidImageQuality,
  InvalidImageSize,
  InvalidMaxTokens,
  InvalidTemperature,
  QuotaExceeded,
  type ErrorsByField,
} from '@faultline/core'

/** The API's own errors. */
export const errors = defineErrors({
  out_of_credits: {
    extends: QuotaExceeded,
    status: 402,
    message: "The balance of '{project}' is used up",
    description: 'The project of the API key cannot pay for the request.',
    remedy: 'Add credits to the project, then send the request again.',
  },
})

/** The error of each field that a validator rejects. `*` is any other field. */
export const errorsByField: ErrorsByField = {
  temperature: InvalidTemperature,
  max_tokens: InvalidMaxTokens,
  size: InvalidImageSize,
  quality: InvalidImageQuality,
  '*': InvalidFieldValue,
}
