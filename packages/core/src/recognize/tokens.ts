import type { ApiError } from '../errors/api-error.ts'
import { Unauthenticated } from '../errors/index.ts'
import { readString } from './safe-read.ts'

/** Error names of jsonwebtoken. */
const JSONWEBTOKEN_ERROR = /^(?:JsonWebToken|TokenExpired|NotBefore)Error$/

/** Error codes of jose for a token that a client has sent. Failures to load keys are not among them. */
const JOSE_ERROR = /^ERR_J(?:WT|WS|WE|OSE_ALG)_/

/** Recognizes the errors of jsonwebtoken and jose for a token that is invalid or has expired. */
export function fromToken(thrown: object): ApiError | undefined {
  const isInvalid =
    JSONWEBTOKEN_ERROR.test(readString(thrown, 'name') ?? '') ||
    JOSE_ERROR.test(readString(thrown, 'code') ?? '')
  return isInvalid ? new Unauthenticated({ cause: thrown, captureStack: false }) : undefined
}
