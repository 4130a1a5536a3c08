import { Controller, Get } from '@nestjs/common'
import { RateLimitExceeded } from '@faultline/nestjs'

@Controller('v1')
export class AppController {
  @Get('models')
  list(): string[] {
    throw new RateLimitExceeded({ retryAfter: 30 })
  }
}
