import { createServer, type IncomingMessage } from 'node:http'
import {
  attach,
  createResponder,
  guardConnection,
  InvalidApiKey,
  InvalidFieldValue,
  InvalidRequest,
  MalformedBody,
  rejectUpgrade,
} from '@faultline/node'
import { WebSocketServer } from 'ws'

const responder = createResponder({ envelope: 'openai' })
const sockets = new WebSocketServer({ noServer: true, maxPayload: 1_048_576 })

async function authenticate(request: IncomingMessage): Promise<void> {
  if (request.headers.authorization !== 'Bearer sk-test') throw new InvalidApiKey()
}

sockets.on(
  'connection',
  guardConnection(responder, (socket, _request, guard) => {
    socket.on(
      'message',
      guard(async (data: Buffer) => {
        const event = parseEvent(data.toString())
        if (event.type !== 'ping') throw new InvalidFieldValue({ field: 'type', issue: 'must be ping' })
        socket.send('{"type":"pong"}')
      }),
    )
  }),
)

function parseEvent(text: string): { type?: unknown } {
  try {
    return JSON.parse(text) as { type?: unknown }
  } catch (cause) {
    throw new MalformedBody({ cause })
  }
}

sockets.on('wsClientError', (cause, connection, request) => {
  const error = new InvalidRequest({ cause, message: 'The request is not a WebSocket handshake' })
  rejectUpgrade(responder, error, request, connection)
})

export const server = createServer((_request, response) => response.end('Hello'))
server.on('upgrade', (request, connection, head) => {
  // Without a listener, a client that disconnects now would end the process.
  connection.on('error', () => connection.destroy())
  authenticate(request).then(
    () =>
      sockets.handleUpgrade(request, connection, head, (socket) =>
        sockets.emit('connection', socket, request),
      ),
    (error) => rejectUpgrade(responder, error, request, connection),
  )
})
attach(server, responder).listen(process.env['PORT'] ?? 3000)
