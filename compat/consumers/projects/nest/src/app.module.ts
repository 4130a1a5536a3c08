import { Module } from '@nestjs/common'
import { FaultlineModule } from '@faultline/nestjs'
import { AppController } from './app.controller'

@Module({
  imports: [FaultlineModule.forRoot({ envelope: 'ai-api', onError: () => {} })],
  controllers: [AppController],
})
export class AppModule {}
