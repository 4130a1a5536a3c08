import { validationExceptionFactory } from '@faultline/nestjs'
import { ValidationPipe, type INestApplication } from '@nestjs/common'

export function validate(app: INestApplication): void {
  app.useGlobalPipes(new ValidationPipe({ exceptionFactory: validationExceptionFactory }))
}
