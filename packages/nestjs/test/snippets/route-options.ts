import { FaultlineModule, FaultlineOptions, ModelNotFound } from '@faultline/nestjs'
import { Controller, Get, Module, Param } from '@nestjs/common'

@Controller('openai/v1')
@FaultlineOptions({ envelope: 'openai' })
class OpenaiController {
  @Get('models/:model')
  read(@Param('model') model: string) {
    throw new ModelNotFound({ model })
  }
}

@Module({ imports: [FaultlineModule.forRoot({ envelope: 'ai-api' })], controllers: [OpenaiController] })
export class AppModule {}
