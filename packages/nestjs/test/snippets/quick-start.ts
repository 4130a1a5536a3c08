import 'reflect-metadata'
import { Controller, Get, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FaultlineModule, RateLimitExceeded } from '@faultline/nestjs'

@Controller('v1')
class ModelsController {
  @Get('models')
  list() {
    throw new RateLimitExceeded({ retryAfter: 30 })
  }
}

@Module({
  imports: [FaultlineModule.forRoot({ envelope: 'ai-api' })],
  controllers: [ModelsController],
})
class AppModule {}

export const app = await NestFactory.create(AppModule, { logger: ['warn', 'error'] })
await app.listen(process.env['PORT'] ?? 3000)
