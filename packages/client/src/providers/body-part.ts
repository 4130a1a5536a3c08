import type { Issue } from '@faultline/core'

/** An error body, and the object in it that describes the error. They are the same if the body is flat. */
export interface ErrorBody {
  readonly body: object
  readonly error: object
}

/** The members of an error body that one reader recognizes. The names are unchanged. */
export interface BodyPart {
  readonly message?: string | undefined
  /** Names that identify the error, from the most to the least specific. */
  readonly specificNames?: readonly (string | undefined)[]
  /** Names that come after the specific names of all readers. */
  readonly genericNames?: readonly (string | undefined)[]
  readonly code?: string | undefined
  readonly status?: number | undefined
  readonly field?: string | undefined
  readonly issues?: readonly Issue[] | undefined
  /** Seconds. */
  readonly retryAfter?: number | undefined
  readonly requestId?: string | undefined
}

/** Reads the members that one body shape has. Returns an empty part for any other body. Never throws. */
export type BodyReader = (body: ErrorBody) => BodyPart
