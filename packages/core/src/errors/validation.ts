import { OPTIONAL, type OptionalOptions, type RequiredOptions } from './api-error.ts'
import type { ApiErrorOptions } from './error-options.ts'
import type { FieldOptions, IssuesOptions, RequiredFieldOptions } from './class-options.ts'
import type { Issue } from './issue.ts'
import { InvalidRequest } from './request.ts'
import type { OpenCode } from './codes.ts'

/**
 * Error for a request with several validation problems. Sends 422 `validation_failed`.
 *
 * @example throw new ValidationFailed({ issues: [{ message: 'must be a string', path: ['model'] }] })
 */
export class ValidationFailed<Details = undefined> extends InvalidRequest<Details> {
  static override code: OpenCode<'validation_failed'> = 'validation_failed'
  static override status = 422
  static override message = 'The request failed validation'

  declare readonly issues: readonly Issue[]

  constructor(options: ApiErrorOptions<Details> | undefined, optional: typeof OPTIONAL)
  constructor(options: RequiredOptions<Details, IssuesOptions>)
  constructor(options?: ApiErrorOptions<Details>) {
    super(options, OPTIONAL)
    // Callers in JavaScript may omit the issues.
    if (this.issues === undefined) this.issues = []
  }
}

/**
 * Error for a required request field that is missing. Sends 422 `missing_required_field`.
 *
 * @example throw new MissingRequiredField({ field: 'model' })
 */
export class MissingRequiredField<Details = undefined> extends ValidationFailed<Details> {
  static override code: OpenCode<'missing_required_field'> = 'missing_required_field'
  static override message = "Required field '{field}' is missing"

  declare readonly field: string

  constructor(
    options: (ApiErrorOptions<Details> & RequiredFieldOptions) | undefined,
    optional: typeof OPTIONAL,
  )
  constructor(options: RequiredOptions<Details, RequiredFieldOptions>)
  constructor(options: ApiErrorOptions<Details> & RequiredFieldOptions) {
    super(options, OPTIONAL)
  }
}

/**
 * Error for a request field with an invalid value. Sends 422 `invalid_field_value`.
 *
 * @example throw new InvalidFieldValue({ field: 'n', issue: 'must be at least 1' })
 */
export class InvalidFieldValue<Details = undefined> extends ValidationFailed<Details> {
  static override code: OpenCode<'invalid_field_value'> = 'invalid_field_value'
  static override message = "Field '{field}' is invalid"

  declare readonly field: string

  constructor(options: (ApiErrorOptions<Details> & FieldOptions) | undefined, optional: typeof OPTIONAL)
  constructor(options: RequiredOptions<Details, FieldOptions & RequiredFieldOptions>)
  constructor(options?: ApiErrorOptions<Details> & FieldOptions) {
    super(options, OPTIONAL)
  }
}

/**
 * Error for a prompt that exceeds the context length of the model. Sends 422 `prompt_too_long`.
 *
 * @example throw new PromptTooLong({ issue: 'has 9,000 tokens; the maximum is 8,192' })
 */
export class PromptTooLong<Details = undefined> extends InvalidFieldValue<Details> {
  static override code: OpenCode<'prompt_too_long'> = 'prompt_too_long'
  static override message = 'Prompt exceeds maximum length'
  static override field = 'prompt'

  constructor(options: (ApiErrorOptions<Details> & FieldOptions) | undefined, optional: typeof OPTIONAL)
  constructor(...args: OptionalOptions<Details, FieldOptions>)
  constructor(options?: ApiErrorOptions<Details> & FieldOptions) {
    super(options, OPTIONAL)
  }
}

/**
 * Error for a sampling temperature outside the permitted range. Sends 422 `invalid_temperature`.
 *
 * @example throw new InvalidTemperature()
 */
export class InvalidTemperature<Details = undefined> extends InvalidFieldValue<Details> {
  static override code: OpenCode<'invalid_temperature'> = 'invalid_temperature'
  static override message = 'Temperature must be between 0 and 2'
  static override field = 'temperature'

  constructor(options: (ApiErrorOptions<Details> & FieldOptions) | undefined, optional: typeof OPTIONAL)
  constructor(...args: OptionalOptions<Details, FieldOptions>)
  constructor(options?: ApiErrorOptions<Details> & FieldOptions) {
    super(options, OPTIONAL)
  }
}

/**
 * Error for a token limit that is not a positive integer. Sends 422 `invalid_max_tokens`.
 *
 * @example throw new InvalidMaxTokens()
 */
export class InvalidMaxTokens<Details = undefined> extends InvalidFieldValue<Details> {
  static override code: OpenCode<'invalid_max_tokens'> = 'invalid_max_tokens'
  static override message = 'Max tokens must be positive'
  static override field = 'max_tokens'

  constructor(options: (ApiErrorOptions<Details> & FieldOptions) | undefined, optional: typeof OPTIONAL)
  constructor(...args: OptionalOptions<Details, FieldOptions>)
  constructor(options?: ApiErrorOptions<Details> & FieldOptions) {
    super(options, OPTIONAL)
  }
}

/**
 * Error for an image size that the model does not generate. Sends 422 `invalid_image_size`.
 *
 * @example throw new InvalidImageSize({ issue: 'must be 512x512 or 1024x1024' })
 */
export class InvalidImageSize<Details = undefined> extends InvalidFieldValue<Details> {
  static override code: OpenCode<'invalid_image_size'> = 'invalid_image_size'
  static override message = 'Image size is not supported'
  static override field = 'size'

  constructor(options: (ApiErrorOptions<Details> & FieldOptions) | undefined, optional: typeof OPTIONAL)
  constructor(...args: OptionalOptions<Details, FieldOptions>)
  constructor(options?: ApiErrorOptions<Details> & FieldOptions) {
    super(options, OPTIONAL)
  }
}

/**
 * Error for an image quality that the model does not generate. Sends 422 `invalid_image_quality`.
 *
 * @example throw new InvalidImageQuality({ issue: 'must be standard or hd' })
 */
export class InvalidImageQuality<Details = undefined> extends InvalidFieldValue<Details> {
  static override code: OpenCode<'invalid_image_quality'> = 'invalid_image_quality'
  static override message = 'Image quality is not supported'
  static override field = 'quality'

  constructor(options: (ApiErrorOptions<Details> & FieldOptions) | undefined, optional: typeof OPTIONAL)
  constructor(...args: OptionalOptions<Details, FieldOptions>)
  constructor(options?: ApiErrorOptions<Details> & FieldOptions) {
    super(options, OPTIONAL)
  }
}
