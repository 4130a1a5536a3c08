import { BadRequestException, ForbiddenException } from '@nestjs/common'
import { concat, of, throwError, type Observable } from 'rxjs'
import { Conflict, RateLimitExceeded } from '@faultline/nestjs'
import { CANARY } from './serve.ts'

/** An error, and the response that a client must receive. */
export interface Failure {
  /** The body of a handler. */
  readonly run: () => unknown
  readonly status: number
  /** The canonical code. */
  readonly code: string
  /** The wire code. */
  readonly wire: string
  readonly message: string
}

export const internal = {
  status: 500,
  code: 'internal_error',
  wire: 'INTERNAL_ERROR',
  message: 'Internal server error',
}
export const denied = { status: 403, code: 'permission_denied', wire: 'INSUFFICIENT_PERMISSIONS' }
export const conflict = {
  status: 409,
  code: 'conflict',
  wire: 'CONFLICT',
  message: 'The resource already exists',
}

export const throws = (make: () => unknown) => (): never => {
  throw make()
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

/** Bodies of handlers for all contexts, by name. */
export const failures: Readonly<Record<string, Failure>> = {
  'throws a typed error': { run: throws(() => new Conflict()), ...conflict },
  'throws an Error': { run: throws(() => new Error(CANARY)), ...internal },
  'throws null': { run: throws(() => null), ...internal },
  'throws a string': { run: throws(() => CANARY), ...internal },
  'throws a revoked proxy': { run: throws(revoked), ...internal },
  'throws an HttpException': {
    run: throws(() => new ForbiddenException('Not yours')),
    ...denied,
    message: 'Not yours',
  },
  'throws a typed error with the message of a guard': {
    run: throws(() => new Conflict({ message: 'Forbidden resource' })),
    ...conflict,
    message: 'Forbidden resource',
  },
  'throws the exception of a pipe': {
    run: throws(() => new BadRequestException('Not a number')),
    status: 400,
    code: 'invalid_request',
    wire: 'INVALID_REQUEST',
    message: 'Not a number',
  },
  rejects: {
    run: async () => {
      throw new RateLimitExceeded({ retryAfter: 30 })
    },
    status: 429,
    code: 'rate_limit_exceeded',
    wire: 'RATE_LIMIT_EXCEEDED',
    message: 'Rate limit exceeded',
  },
  'returns an Observable that errors': {
    run: (): Observable<never> => throwError(() => new Conflict()),
    ...conflict,
  },
}

/** An Observable that emits a value before it fails. */
export const partThenError = (part: unknown): Observable<unknown> =>
  concat(
    of(part),
    throwError(() => new Conflict()),
  )

/** The body of the envelope, which every context sends. */
export const toBody = ({ wire, message }: Pick<Failure, 'wire' | 'message'>) => ({
  success: false,
  error: { code: wire, message },
})
