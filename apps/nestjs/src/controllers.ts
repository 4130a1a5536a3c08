import type { ServerResponse } from 'node:http'
import { HALF_A_BODY, isStream, refuse, refuseChat, type Gateway } from '@faultline/app-gateway'
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
import { GATEWAY, PLATFORM, rawOf } from './exchange.ts'
import { RefusingPipe } from './refusing-pipe.ts'

/** Aborts when the client has left. */
const Signal = createParamDecorator((_data, context) => {
  const left = new AbortController()
  rawOf(context).response.once('close', () => left.abort())
  return left.signal
})

const Url = createParamDecorator((_data, context) => rawOf(context).message.url)

const RawResponse = createParamDecorator((_data, context) => rawOf(context).response)

const Files = createParamDecorator(
  (_data, context) => (rawOf(context).request as { files?: Express.Multer.File[] }).files ?? [],
)

/** What needs no key. */
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

/** The API: handlers call the gateway, and what it throws is answered. */
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
    return this.#gateway.model(model)
  }

  @Post('chat/completions')
  @HttpCode(200)
  @UseInterceptors(JsonBody)
  async chat(
    @Body(new RefusingPipe(Chat, refuseChat)) body: Chat,
    @Signal() signal: AbortSignal,
    @RawResponse() response: ServerResponse,
  ): Promise<object | void> {
    const answer = await this.#gateway.chat(body, signal)
    return isStream(answer) ? stream(response, answer) : answer
  }

  @Post('images/generations')
  @HttpCode(200)
  @UseInterceptors(JsonBody)
  image(@Body(new RefusingPipe(Image, refuse)) body: Image, @Signal() signal: AbortSignal): Promise<object> {
    return this.#gateway.image(body, signal)
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
      response.write(HALF_A_BODY)
    }
    return this.#gateway.throwKind(kind)
  }
}
