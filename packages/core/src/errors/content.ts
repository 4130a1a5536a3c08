import { OPTIONAL, type OptionalOptions, type RequiredOptions } from './api-error.ts'
import type { ApiErrorOptions } from './error-options.ts'
import type { AppOptions, InterfaceOptions, ModelOptions } from './class-options.ts'
import { InvalidRequest } from './request.ts'
import type { OpenCode } from './codes.ts'

/**
 * Error for a model that exists but that the route cannot use, or that the service does not offer. Sends 400
 * `unsupported_model`.
 *
 * @example throw new UnsupportedModel({ model, available: ['echo'] })
 */
export class UnsupportedModel<Details = undefined> extends InvalidRequest<Details> {
  static override code: OpenCode<'unsupported_model'> = 'unsupported_model'
  static override message = "Model '{model}' is not supported"

  declare readonly model: string
  declare readonly available?: readonly string[]

  constructor(options: (ApiErrorOptions<Details> & ModelOptions) | undefined, optional: typeof OPTIONAL)
  constructor(options: RequiredOptions<Details, ModelOptions>)
  constructor(options: ApiErrorOptions<Details> & ModelOptions) {
    super(options, OPTIONAL)
    this.model = options?.model
    if (options?.available !== undefined) this.available = options.available
  }
}

/**
 * Error for an API that the requested model does not support, for example images for a chat model. Sends 400
 * `unsupported_interface`.
 *
 * @example throw new UnsupportedInterface({ model, interface: 'images' })
 */
export class UnsupportedInterface<Details = undefined> extends InvalidRequest<Details> {
  static override code: OpenCode<'unsupported_interface'> = 'unsupported_interface'
  static override message = 'The requested API is not available for this model'

  declare readonly model?: string
  declare readonly interface?: string

  constructor(options: (ApiErrorOptions<Details> & InterfaceOptions) | undefined, optional: typeof OPTIONAL)
  constructor(...args: OptionalOptions<Details, InterfaceOptions>)
  constructor(options?: ApiErrorOptions<Details> & InterfaceOptions) {
    super(options, OPTIONAL)
    if (options?.model !== undefined) this.model = options.model
    if (options?.interface !== undefined) this.interface = options.interface
  }
}

/**
 * Error for an app that exists but cannot be used, for example because its configuration is incomplete. Sends 400
 * `invalid_app`.
 *
 * @example throw new InvalidApp({ app: 'translator' })
 */
export class InvalidApp<Details = undefined> extends InvalidRequest<Details> {
  static override code: OpenCode<'invalid_app'> = 'invalid_app'
  static override message = 'The requested app is invalid and cannot be used'

  declare readonly app?: string

  constructor(options: (ApiErrorOptions<Details> & AppOptions) | undefined, optional: typeof OPTIONAL)
  constructor(...args: OptionalOptions<Details, AppOptions>)
  constructor(options?: ApiErrorOptions<Details> & AppOptions) {
    super(options, OPTIONAL)
    if (options?.app !== undefined) this.app = options.app
  }
}

/**
 * Error for an image, audio or video file in the request that cannot be decoded. Sends 400 `invalid_content_media`.
 *
 * @example throw new InvalidContentMedia()
 */
export class InvalidContentMedia<Details = undefined> extends InvalidRequest<Details> {
  static override code: OpenCode<'invalid_content_media'> = 'invalid_content_media'
  static override message = 'The attached media could not be processed'
}

/**
 * Error for a URL of an image, audio or video file in the request that the service cannot fetch. Sends 400
 * `unavailable_content_media`.
 *
 * @example throw new UnavailableContentMedia({ message: 'The image was not found' })
 */
export class UnavailableContentMedia<Details = undefined> extends InvalidRequest<Details> {
  static override code: OpenCode<'unavailable_content_media'> = 'unavailable_content_media'
  static override message = 'The media referenced by the request could not be accessed'
}

/**
 * Error for content that a policy forbids in requests or responses. Sends 400 `unsafe_content`.
 *
 * @example throw new UnsafeContent()
 */
export class UnsafeContent<Details = undefined> extends InvalidRequest<Details> {
  static override code: OpenCode<'unsafe_content'> = 'unsafe_content'
  static override message = 'The request was denied by a content policy'
}

/**
 * Error for a prompt that a content policy forbids. Sends 400 `prompt_violation`.
 *
 * @example throw new PromptViolation()
 */
export class PromptViolation<Details = undefined> extends UnsafeContent<Details> {
  static override code: OpenCode<'prompt_violation'> = 'prompt_violation'
  static override message = 'Prompt violates content policy'
}
