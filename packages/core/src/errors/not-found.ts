import { ApiError, OPTIONAL, type OptionalOptions, type RequiredOptions } from './api-error.ts'
import type { ApiErrorOptions } from './error-options.ts'
import type { AppOptions, MethodOptions, ModelOptions, ResourceOptions } from './class-options.ts'
import type { OpenCode } from './codes.ts'

/**
 * Error for anything that does not exist and that no other class names. Sends 404 `not_found`.
 *
 * @example throw new NotFound({ message: 'The conversation was not found' })
 */
export class NotFound<Details = undefined> extends ApiError<Details> {
  static override code: OpenCode<'not_found'> = 'not_found'
  static override status = 404
  static override message = 'Not found'
}

/**
 * Error for a resource, for example a file or a job, that does not exist. Sends 404 `resource_not_found`.
 *
 * @example throw new ResourceNotFound({ resource: 'file_123' })
 */
export class ResourceNotFound<Details = undefined> extends NotFound<Details> {
  static override code: OpenCode<'resource_not_found'> = 'resource_not_found'
  static override message = 'Resource not found'

  declare readonly resource?: string

  constructor(options: (ApiErrorOptions<Details> & ResourceOptions) | undefined, optional: typeof OPTIONAL)
  constructor(...args: OptionalOptions<Details, ResourceOptions>)
  constructor(options?: ApiErrorOptions<Details> & ResourceOptions) {
    super(options, OPTIONAL)
    if (options?.resource !== undefined) this.resource = options.resource
  }
}

/**
 * Error for a path that no route matches. Adapters create it. Sends 404 `endpoint_not_found`.
 *
 * @example throw new EndpointNotFound()
 */
export class EndpointNotFound<Details = undefined> extends NotFound<Details> {
  static override code: OpenCode<'endpoint_not_found'> = 'endpoint_not_found'
  static override message = 'Endpoint not found'
}

/**
 * Error for a model that does not exist, or that the caller cannot see. Sends 404 `model_not_found`.
 *
 * @example throw new ModelNotFound({ model, available: ['echo'] })
 */
export class ModelNotFound<Details = undefined> extends NotFound<Details> {
  static override code: OpenCode<'model_not_found'> = 'model_not_found'
  static override message = "Model '{model}' not found"

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
 * Error for an app that does not exist. Sends 404 `app_not_found`.
 *
 * @example throw new AppNotFound({ app: 'translator' })
 */
export class AppNotFound<Details = undefined> extends NotFound<Details> {
  static override code: OpenCode<'app_not_found'> = 'app_not_found'
  static override message = 'App not found'

  declare readonly app?: string

  constructor(options: (ApiErrorOptions<Details> & AppOptions) | undefined, optional: typeof OPTIONAL)
  constructor(...args: OptionalOptions<Details, AppOptions>)
  constructor(options?: ApiErrorOptions<Details> & AppOptions) {
    super(options, OPTIONAL)
    if (options?.app !== undefined) this.app = options.app
  }
}

/**
 * Error for a resource that existed and was removed permanently. Sends 410 `gone`.
 *
 * @example throw new Gone({ message: 'This version of the API was retired' })
 */
export class Gone<Details = undefined> extends NotFound<Details> {
  static override code: OpenCode<'gone'> = 'gone'
  static override status = 410
  static override message = 'The resource is no longer available'
}

/**
 * Error for a path that exists for other methods only. Adapters create it. Sends 405 `method_not_allowed`.
 *
 * @example throw new MethodNotAllowed({ allow: ['GET', 'HEAD'] })
 */
export class MethodNotAllowed<Details = undefined> extends ApiError<Details> {
  static override code: OpenCode<'method_not_allowed'> = 'method_not_allowed'
  static override status = 405
  static override message = 'Method not allowed'

  declare readonly allow: readonly string[]

  constructor(options: (ApiErrorOptions<Details> & MethodOptions) | undefined, optional: typeof OPTIONAL)
  constructor(options: RequiredOptions<Details, MethodOptions>)
  constructor(options: ApiErrorOptions<Details> & MethodOptions) {
    super(options, OPTIONAL)
    this.allow = options?.allow
  }
}
