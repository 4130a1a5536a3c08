import { FaultlineModule, serverOptions, type FaultlineOptions } from '@faultline/nestjs'
import { Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter } from '@nestjs/platform-fastify'

const options: FaultlineOptions = { envelope: 'ai-api' }

@Module({ imports: [FaultlineModule.forRoot(options)] })
class AppModule {}

export const app = await NestFactory.create(AppModule, new FastifyAdapter({ ...serverOptions(options) }))
await app.listen(process.env['PORT'] ?? 3000)
