import { InternalError, ModelNotFound, RateLimitExceeded } from '@faultline/core'
import { ApiErrors, addErrorResponses } from '@faultline/openapi/nestjs'
import { Controller, Get, Param, type INestApplication } from '@nestjs/common'
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger'

@Controller('v1/models')
@ApiErrors(RateLimitExceeded, InternalError)
export class ModelsController {
  @Get(':id')
  @ApiErrors(ModelNotFound)
  find(@Param('id') model: string) {
    throw new ModelNotFound({ model, available: ['echo'] })
  }
}

export function serveDocument(app: INestApplication): void {
  const config = new DocumentBuilder().setOpenAPIVersion('3.1.0').build()
  const document = addErrorResponses(SwaggerModule.createDocument(app, config), 'ai-api')
  SwaggerModule.setup('docs', app, document)
}
