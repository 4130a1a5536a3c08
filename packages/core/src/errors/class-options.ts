import type { Issue } from './issue.ts'

// The options that an error class reads in addition to `ApiErrorOptions`. Except `issue`, the error has them as properties.

/** Options of errors about a model. */
export interface ModelOptions {
  /** The requested model. */
  model: string
  /** The models that the caller can use. */
  available?: readonly string[] | undefined
}

/** Options of `UnsupportedInterface`. */
export interface InterfaceOptions {
  /** The requested model. */
  model?: string | undefined
  /** The API that the model does not support, for example `images`. */
  interface?: string | undefined
}

/** Options of errors about an app. */
export interface AppOptions {
  /** The requested app. */
  app?: string | undefined
}

/** Options of `ResourceNotFound`. */
export interface ResourceOptions {
  /** The requested resource: its id, or its kind and id. */
  resource?: string | undefined
}

/** Options of `MethodNotAllowed`. */
export interface MethodOptions {
  /** The methods of the path, sent as the header Allow. */
  allow: readonly string[]
}

/** Options of errors about the size of a request. */
export interface LimitOptions {
  /** The maximum size in bytes. */
  limit?: number | undefined
}

/** Options of errors that end after a known time. */
export interface RetryOptions {
  /** When to retry: a number of seconds (not milliseconds) from now, or a date. Sent as Retry-After. */
  retryAfter: number | Date
}

/** Options of `ValidationFailed`. */
export interface IssuesOptions {
  /** The validation problems of the request. Bodies contain at most 50. */
  issues: readonly Issue[]
}

/** Options of errors about a request field that the class does not determine. */
export interface RequiredFieldOptions {
  /** The field that is missing or invalid, for example `messages[0].role`. */
  field: string
}

/** Options of errors about one request field. */
export interface FieldOptions {
  /** The invalid field, for example `messages[0].role`. @default the field of the class */
  field?: string | undefined
  /** Description of the problem with the field. @default the message */
  issue?: string | undefined
}
