import type { ServerResponse } from 'node:http'
import { PARTIAL_BODY, isStream, assertValid, assertValidChat, type Gateway } from '@faultline/app-gateway'
import {
  Body,
  Controller,
  createParamDecorator,
  Get,
  HttpCode,
  Inject,
  Param,
  Post,
  Query,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common'
import { stream } from '@faultline/nestjs'
import { AdmitGuard } from './admit-guard.ts'
import { JsonBody, Upload } from './bodies.ts'
import { Chat, Image } from './dtos.ts'
import { GATEWAY, PLATFORM, getExchange } from './exchange.ts'
import { GatewayValidationPipe } from './validation-pipe.ts'

/** A signal that aborts when the client disconnects. */
const Signal = createParamDecorator((_data, context) => {
  const controller = new AbortController()
  getExchange(context).response.once('close', () => controller.abort())
  return controller.signal
})

const Url = createParamDecorator((_data, context) => getExchange(context).message.url)

const RawResponse = createParamDecorator((_data, context) => getExchange(context).response)

const Files = createParamDecorator(
  (_data, context) => (getExchange(context).request as { files?: Express.Multer.File[] }).files ?? [],
)

/** Routes that do not need a key. */
@Controller()
export class RootController {
  readonly #gateway: Gateway
  readonly #platform: string

  constructor(@Inject(GATEWAY) gateway: Gateway, @Inject(PLATFORM) platform: string) {
    this.#gateway = gateway
    this.#platform = platform
  }

  @Get('health')
  health(): object {
    return this.#gateway.health(`nestjs-${this.#platform}`)
  }

  @Get('openapi.json')
  openapi(): object {
    return this.#gateway.openapi()
  }
}

/** Routes that need a key. */
@Controller(['v1', 'compat/:envelope/v1'])
@UseGuards(AdmitGuard)
export class ApiController {
  readonly #gateway: Gateway

  constructor(@Inject(GATEWAY) gateway: Gateway) {
    this.#gateway = gateway
  }

  @Get('models')
  models(): object {
    return this.#gateway.listModels()
  }

  @Get('models/:model')
  model(@Param('model') model: string): object {
    return this.#gateway.getModel(model)
  }

  @Post('chat/completions')
  @HttpCode(200)
  @UseInterceptors(JsonBody)
  async chat(
    @Body(new GatewayValidationPipe(Chat, assertValidChat)) body: Chat,
    @Signal() signal: AbortSignal,
    @RawResponse() response: ServerResponse,
  ): Promise<object | void> {
    const result = await this.#gateway.createChat(body, signal)
    return isStream(result) ? stream(response, result) : result
  }

  @Post('images/generations')
  @HttpCode(200)
  @UseInterceptors(JsonBody)
  image(
    @Body(new GatewayValidationPipe(Image, assertValid)) body: Image,
    @Signal() signal: AbortSignal,
  ): Promise<object> {
    return this.#gateway.createImage(body, signal)
  }

  @Post('files')
  @HttpCode(200)
  @UseInterceptors(Upload)
  file(@Files() files: Express.Multer.File[]): object {
    return this.#gateway.storeFile(
      files.map(({ fieldname, originalname, size }) => ({
        field: fieldname,
        filename: originalname,
        bytes: size,
      })),
    )
  }

  @Post('resources/:id')
  resource(@Param('id') id: string): object {
    return this.#gateway.createResource(id)
  }

  @Get('errors/:code')
  error(
    @Param('code') code: string,
    @Query() query: Record<string, unknown>,
    @Url() url: string,
    @RawResponse() response: ServerResponse,
  ): Promise<void> {
    return stream(response, this.#gateway.throwByCode(code, query, url))
  }

  @Get('throw/:kind')
  throw(@Param('kind') kind: string, @RawResponse() response: ServerResponse): Promise<never> {
    if (kind === 'after-headers') {
      response.writeHead(200, { 'Content-Type': 'application/json' })
      response.write(PARTIAL_BODY)
    }
    return this.#gateway.throwKind(kind)
  }
}
