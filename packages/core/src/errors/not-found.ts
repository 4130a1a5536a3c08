import { ApiError, type ApiErrorOptions } from './api-error.ts'

/** 404 `not_found`. */
export class NotFound<Details = undefined> extends ApiError<Details> {
  static override code = 'not_found'
  static override status = 404
  static override message = 'Not found'
}

/** 404 `resource_not_found`. */
export class ResourceNotFound<Details = undefined> extends NotFound<Details> {
  static override code = 'resource_not_found'
  static override message = 'Resource not found'

  declare readonly resource?: string

  constructor(options?: ApiErrorOptions<Details> & { resource?: string | undefined }) {
    super(options)
    if (options?.resource !== undefined) this.resource = options.resource
  }
}

/** 404 `endpoint_not_found`. */
export class EndpointNotFound<Details = undefined> extends NotFound<Details> {
  static override code = 'endpoint_not_found'
  static override message = 'Endpoint not found'
}

/** 404 `model_not_found`. */
export class ModelNotFound<Details = undefined> extends NotFound<Details> {
  static override code = 'model_not_found'
  static override message = "Model '{model}' not found"

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

/** 404 `app_not_found`. */
export class AppNotFound<Details = undefined> extends NotFound<Details> {
  static override code = 'app_not_found'
  static override message = 'App not found'

  declare readonly app?: string

  constructor(options?: ApiErrorOptions<Details> & { app?: string | undefined }) {
    super(options)
    if (options?.app !== undefined) this.app = options.app
  }
}

/** 410 `gone`. */
export class Gone<Details = undefined> extends NotFound<Details> {
  static override code = 'gone'
  static override status = 410
  static override message = 'The resource is no longer available'
}

/** 405 `method_not_allowed`. */
export class MethodNotAllowed<Details = undefined> extends ApiError<Details> {
  static override code = 'method_not_allowed'
  static override status = 405
  static override message = 'Method not allowed'

  declare readonly allow: readonly string[]

  constructor(options: ApiErrorOptions<Details> & { allow: readonly string[] }) {
    super(options)
    this.allow = options?.allow
  }
}
