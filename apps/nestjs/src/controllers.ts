import type { ServerResponse } from 'node:http'
import {
  abortOnClose,
  Gateway,
  isForbiddenPrompt,
  isPromptTooLong,
  isSupportedFile,
  PARTIAL_BODY,
} from '@faultline/app-gateway'
import {
  Conflict,
  InvalidFileFormat,
  MissingRequiredField,
  ModelNotFound,
  PromptTooLong,
  PromptViolation,
  stream,
  UnsupportedModel,
} from '@faultline/nestjs'
import {
  Body,
  Controller,
  Get,
  HttpCode,
  Param,
  Post,
  Query,
  UploadedFiles,
  UseGuards,
  UseInterceptors,
  type NestInterceptor,
  type Type,
} from '@nestjs/common'
import { HttpAdapterHost } from '@nestjs/core'
import { ChatDto, ImageDto } from './dtos.ts'
import { ApiKeyGuard, MediaTypeGuard, RawResponse, Url } from './guards.ts'

const PATHS = ['v1', 'compat/:envelope/v1']

/** Routes that do not need a key. */
@Controller()
export class RootController {
  constructor(
    private readonly gateway: Gateway,
    private readonly host: HttpAdapterHost,
  ) {}

  @Get('health')
  health(): object {
    return this.gateway.health(`nestjs-${this.host.httpAdapter.getType()}`)
  }

  @Get('openapi.json')
  openapi(): object {
    return this.gateway.openapi()
  }
}

/** Routes that need a key. */
@Controller(PATHS)
@UseGuards(ApiKeyGuard)
export class ApiController {
  constructor(private readonly gateway: Gateway) {}

  @Get('models')
  models(): object {
    return { object: 'list', data: this.gateway.models.map((id) => ({ id, object: 'model' })) }
  }

  @Get('models/:model')
  model(@Param('model') model: string): object {
    const available = this.gateway.models
    if (!available.includes(model)) throw new ModelNotFound({ model, available })
    return { id: model, object: 'model' }
  }

  @Post('chat/completions')
  @HttpCode(200)
  @UseGuards(new MediaTypeGuard('application/json'))
  async chat(@Body() chat: ChatDto, @RawResponse() response: ServerResponse): Promise<object | void> {
    const available = this.gateway.models
    if (isPromptTooLong(chat)) throw new PromptTooLong()
    if (!available.includes(chat.model)) throw new UnsupportedModel({ model: chat.model, available })
    const signal = abortOnClose(response)
    return chat.stream
      ? stream(response, await this.gateway.streamChat(chat, signal))
      : this.gateway.createChat(chat, signal)
  }

  @Post('images/generations')
  @HttpCode(200)
  @UseGuards(new MediaTypeGuard('application/json'))
  image(@Body() image: ImageDto, @RawResponse() response: ServerResponse): Promise<object> {
    if (isForbiddenPrompt(image.prompt)) throw new PromptViolation()
    return this.gateway.createImage(image, abortOnClose(response))
  }

  @Post('resources/:id')
  resource(@Param('id') id: string): object {
    if (!this.gateway.addResource(id)) throw new Conflict()
    return { id, object: 'resource' }
  }

  @Get('errors/:code')
  error(
    @Param('code') code: string,
    @Query() query: Record<string, unknown>,
    @Url() url: string,
    @RawResponse() response: ServerResponse,
  ): Promise<void> {
    return stream(response, this.gateway.throwByCode(code, query, url))
  }

  @Get('throw/:kind')
  throw(@Param('kind') kind: string, @RawResponse() response: ServerResponse): Promise<never> {
    if (kind === 'after-headers')
      response.writeHead(200, { 'content-type': 'application/json' }).write(PARTIAL_BODY)
    return this.gateway.throwKind(kind)
  }
}

/** The members that the files of both platforms share. */
type UploadedFile = { readonly fieldname: string; readonly originalname: string; readonly size: number }

/** Creates the controller for uploads. @param UploadInterceptor That of the platform */
export function createFilesController(UploadInterceptor: Type<NestInterceptor>): Type {
  @Controller(PATHS)
  @UseGuards(ApiKeyGuard)
  class FilesController {
    constructor(private readonly gateway: Gateway) {}

    @Post('files')
    @HttpCode(200)
    @UseGuards(new MediaTypeGuard('multipart/form-data'))
    @UseInterceptors(UploadInterceptor)
    file(@UploadedFiles() files: UploadedFile[] = []): object {
      const file = files.find(({ fieldname }) => fieldname === 'file')
      if (file === undefined) throw new MissingRequiredField({ field: 'file' })
      if (!isSupportedFile(file.originalname)) throw new InvalidFileFormat()
      return this.gateway.storeFile(file.originalname, file.size)
    }
  }
  return FilesController
}
