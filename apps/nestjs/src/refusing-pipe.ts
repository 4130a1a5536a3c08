import type { Path } from '@faultline/app-gateway'
import {
  ValidationPipe,
  type ArgumentMetadata,
  type PipeTransform,
  type Type,
  type ValidationError,
} from '@nestjs/common'

/** Validates a body by its class; what is wrong is told in the gateway's words. */
export class RefusingPipe implements PipeTransform {
  readonly #pipe: ValidationPipe
  readonly #refuse: (paths: readonly Path[], body: unknown) => void

  constructor(expectedType: Type, refuse: (paths: readonly Path[], body: unknown) => void) {
    this.#pipe = new ValidationPipe({ expectedType, exceptionFactory: (errors) => new Found(errors) })
    this.#refuse = refuse
  }

  async transform(body: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    // What is no object is refused before its fields are looked at.
    const isObject = typeof body === 'object' && body !== null && !Array.isArray(body)
    this.#refuse(isObject ? await this.#validate(body, metadata) : [], body)
    return body
  }

  async #validate(body: object, metadata: ArgumentMetadata): Promise<Path[]> {
    try {
      await this.#pipe.transform(body, metadata)
      return []
    } catch (error) {
      if (error instanceof Found) return error.paths
      throw error
    }
  }
}

/** Where class-validator found something. */
class Found extends Error {
  readonly paths: Path[]

  constructor(errors: readonly ValidationError[]) {
    super()
    this.paths = pathsOf(errors)
  }
}

function pathsOf(errors: readonly ValidationError[], parent: Path = []): Path[] {
  return errors.flatMap(({ property, constraints, children = [] }) => {
    const path = [...parent, /^\d+$/.test(property) ? Number(property) : property]
    return [...(constraints === undefined ? [] : [path]), ...pathsOf(children, path)]
  })
}
