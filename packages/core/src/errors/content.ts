import type { ApiErrorOptions } from './api-error.ts'
import { InvalidRequest } from './request.ts'

/** 400 `unsupported_model`. */
export class UnsupportedModel<Details = undefined> extends InvalidRequest<Details> {
  static override code = 'unsupported_model'
  static override message = "Model '{model}' is not supported"

  declare readonly model: string
  declare readonly available?: readonly string[]

  constructor(
    options: ApiErrorOptions<Details> & { model: string; available?: readonly string[] | undefined },
  ) {
    super(options)
    this.model = options?.model
    if (options?.available !== undefined) this.available = options.available
  }
}

/** 400 `unsupported_interface`. */
export class UnsupportedInterface<Details = undefined> extends InvalidRequest<Details> {
  static override code = 'unsupported_interface'
  static override message = 'The requested API is not available for this model'

  declare readonly model?: string
  declare readonly interface?: string

  constructor(
    options?: ApiErrorOptions<Details> & { model?: string | undefined; interface?: string | undefined },
  ) {
    super(options)
    if (options?.model !== undefined) this.model = options.model
    if (options?.interface !== undefined) this.interface = options.interface
  }
}

/** 400 `invalid_app`. */
export class InvalidApp<Details = undefined> extends InvalidRequest<Details> {
  static override code = 'invalid_app'
  static override message = 'The requested app is invalid and cannot be used'

  declare readonly app?: string

  constructor(options?: ApiErrorOptions<Details> & { app?: string | undefined }) {
    super(options)
    if (options?.app !== undefined) this.app = options.app
  }
}

/** 400 `invalid_content_media`. */
export class InvalidContentMedia<Details = undefined> extends InvalidRequest<Details> {
  static override code = 'invalid_content_media'
  static override message = 'The attached media could not be processed'
}

/** 400 `unavailable_content_media`. */
export class UnavailableContentMedia<Details = undefined> extends InvalidRequest<Details> {
  static override code = 'unavailable_content_media'
  static override message = 'The media referenced by the request could not be accessed'
}

/** 400 `unsafe_content`. */
export class UnsafeContent<Details = undefined> extends InvalidRequest<Details> {
  static override code = 'unsafe_content'
  static override message = 'The request was denied by a content policy'
}

/** 400 `prompt_violation`. */
export class PromptViolation<Details = undefined> extends UnsafeContent<Details> {
  static override code = 'prompt_violation'
  static override message = 'Prompt violates content policy'
}
