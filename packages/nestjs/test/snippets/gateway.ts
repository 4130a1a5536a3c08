import 'reflect-metadata'
import { FaultlineExceptionFilter, FaultlineModule, InvalidFieldValue } from '@faultline/nestjs'
import { Module, UseFilters } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { WsAdapter } from '@nestjs/platform-ws'
import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets'

@WebSocketGateway()
@UseFilters(FaultlineExceptionFilter)
class SessionGateway {
  @SubscribeMessage('session.update')
  update(@MessageBody('voice') voice: string) {
    if (voice !== 'alloy') throw new InvalidFieldValue({ field: 'voice', issue: 'must be alloy' })
    return { type: 'session.updated' }
  }
}

@Module({
  imports: [FaultlineModule.forRoot({ envelope: 'openai' })],
  providers: [SessionGateway],
})
class AppModule {}

/** Reads the event of OpenAI's Realtime API, whose name is in `type`. */
function messageParser(data: unknown) {
  const event = JSON.parse(String(data)) as { type: string }
  return { event: event.type, data: event }
}

export const app = await NestFactory.create(AppModule, { logger: ['warn', 'error'] })
app.useWebSocketAdapter(new WsAdapter(app, { messageParser }))
await app.listen(process.env['PORT'] ?? 3000)
