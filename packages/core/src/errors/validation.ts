import { OPTIONAL, type ApiErrorOptions } from './api-error.ts'
import type { Issue } from './issue.ts'
import { InvalidRequest } from './request.ts'

/** 422 `validation_failed`. */
export class ValidationFailed<Details = undefined> extends InvalidRequest<Details> {
  static override code = 'validation_failed'
  static override status = 422
  static override message = 'The request failed validation'

  declare readonly issues: readonly Issue[]

  constructor(options: ApiErrorOptions<Details> | undefined, optional: typeof OPTIONAL)
  constructor(options: ApiErrorOptions<Details> & { issues: readonly Issue[] })
  constructor(options?: ApiErrorOptions<Details>) {
    super(options)
    // Callers in JavaScript may omit the issues.
    if (this.issues === undefined) this.issues = []
  }
}

/** 422 `missing_required_field`. */
export class MissingRequiredField<Details = undefined> extends ValidationFailed<Details> {
  static override code = 'missing_required_field'
  static override message = "Required field '{field}' is missing"

  declare readonly field: string

  constructor(options: ApiErrorOptions<Details> & { field: string }) {
    super(options, OPTIONAL)
  }
}

/** Options of errors about one request field. */
export interface FieldOptions<Details> extends ApiErrorOptions<Details> {
  /** The invalid field, for example `messages[0].role`. */
  field?: string | undefined
  /** Description of the problem with the field. @default the message */
  issue?: string | undefined
}

/** 422 `invalid_field_value`. */
export class InvalidFieldValue<Details = undefined> extends ValidationFailed<Details> {
  static override code = 'invalid_field_value'
  static override message = "Field '{field}' is invalid"

  declare readonly field: string

  constructor(options: FieldOptions<Details> | undefined, optional: typeof OPTIONAL)
  constructor(options: FieldOptions<Details> & { field: string })
  constructor(options?: FieldOptions<Details>) {
    super(options, OPTIONAL)
  }
}

/** 422 `prompt_too_long`. */
export class PromptTooLong<Details = undefined> extends InvalidFieldValue<Details> {
  static override code = 'prompt_too_long'
  static override message = 'Prompt exceeds maximum length'
  static override field = 'prompt'

  constructor(options?: FieldOptions<Details>) {
    super(options, OPTIONAL)
  }
}

/** 422 `invalid_temperature`. */
export class InvalidTemperature<Details = undefined> extends InvalidFieldValue<Details> {
  static override code = 'invalid_temperature'
  static override message = 'Temperature must be between 0 and 2'
  static override field = 'temperature'

  constructor(options?: FieldOptions<Details>) {
    super(options, OPTIONAL)
  }
}

/** 422 `invalid_max_tokens`. */
export class InvalidMaxTokens<Details = undefined> extends InvalidFieldValue<Details> {
  static override code = 'invalid_max_tokens'
  static override message = 'Max tokens must be positive'
  static override field = 'max_tokens'

  constructor(options?: FieldOptions<Details>) {
    super(options, OPTIONAL)
  }
}

/** 422 `invalid_image_size`. */
export class InvalidImageSize<Details = undefined> extends InvalidFieldValue<Details> {
  static override code = 'invalid_image_size'
  static override message = 'Image size is not supported'
  static override field = 'size'

  constructor(options?: FieldOptions<Details>) {
    super(options, OPTIONAL)
  }
}

/** 422 `invalid_image_quality`. */
export class InvalidImageQuality<Details = undefined> extends InvalidFieldValue<Details> {
  static override code = 'invalid_image_quality'
  static override message = 'Image quality is not supported'
  static override field = 'quality'

  constructor(options?: FieldOptions<Details>) {
    super(options, OPTIONAL)
  }
}
