import { limitMessages, type Path } from '@faultline/app-gateway'
import {
  ValidationPipe,
  type ArgumentMetadata,
  type PipeTransform,
  type Type,
  type ValidationError,
} from '@nestjs/common'

/** Validates a body with its DTO class. The gateway creates the error, so that it is the same on every framework. */
export class GatewayValidationPipe implements PipeTransform {
  readonly #pipe: ValidationPipe
  readonly #assertValid: (paths: readonly Path[], body: unknown) => void

  /** @param assertValid Throws the error for the given paths, if there are any. */
  constructor(expectedType: Type, assertValid: (paths: readonly Path[], body: unknown) => void) {
    this.#pipe = new ValidationPipe({
      expectedType,
      exceptionFactory: (errors) => new InvalidPaths(listPaths(errors)),
    })
    this.#assertValid = assertValid
  }

  async transform(input: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const body = limitMessages(input)
    // class-validator only accepts objects.
    const isObject = typeof body === 'object' && body !== null && !Array.isArray(body)
    this.#assertValid(isObject ? await this.#validate(body, metadata) : [], body)
    return body
  }

  async #validate(body: object, metadata: ArgumentMetadata): Promise<readonly Path[]> {
    try {
      await this.#pipe.transform(body, metadata)
      return []
    } catch (error) {
      if (error instanceof InvalidPaths) return error.paths
      throw error
    }
  }
}

/** Carries the paths of the problems out of ValidationPipe. */
class InvalidPaths extends Error {
  readonly paths: readonly Path[]

  constructor(paths: readonly Path[]) {
    super()
    this.paths = paths
  }
}

function listPaths(errors: readonly ValidationError[], parent: Path = []): Path[] {
  return errors.flatMap(({ property, constraints, children = [] }) => {
    const path = [...parent, /^\d+$/.test(property) ? Number(property) : property]
    return [...(constraints === undefined ? [] : [path]), ...listPaths(children, path)]
  })
}
