import {
  credentials,
  makeGenericClientConstructor,
  Metadata,
  Server,
  ServerCredentials,
  type Client,
  type ServiceDefinition,
} from '@grpc/grpc-js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fromUpstream, upstreamRecognizer } from '../src/index.ts'

const bytes = (value: Buffer): Buffer => value

const service: ServiceDefinition = {
  ask: {
    path: '/acme.Models/Ask',
    requestStream: false,
    responseStream: false,
    requestSerialize: bytes,
    requestDeserialize: bytes,
    responseSerialize: bytes,
    responseDeserialize: bytes,
  },
}

const request = { method: 'POST', url: '/', header: () => undefined, raw: undefined }

type Call = (request: Buffer, options: object, done: (error: Error | null) => void) => unknown

const server = new Server()
let address: string

beforeAll(async () => {
  server.addService(service, {
    ask(call: { request: Buffer }, done: (error: object) => void) {
      const code = Number(call.request.toString())
      if (code > 0) done({ code, details: 'sk-planted said no', metadata: new Metadata() })
    },
  })
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    )
  })
  address = `127.0.0.1:${port}`
})

afterAll(() => server.forceShutdown())

/** Returns the error of a call that a server answers with a code. Code 0 is never answered. */
function callServer(code: number, target = address): Promise<Error> {
  const Models = makeGenericClientConstructor(service, 'Models')
  const client = new Models(target, credentials.createInsecure()) as unknown as Client & { ask: Call }
  return new Promise((resolve) => {
    client.ask(Buffer.from(String(code)), { deadline: Date.now() + 300 }, (error) => {
      client.close()
      resolve(error!)
    })
  })
}

describe('@grpc/grpc-js', () => {
  test.each([
    ['INVALID_ARGUMENT', 3, 'invalid_request', false],
    ['DEADLINE_EXCEEDED', 4, 'model_timeout', true],
    ['PERMISSION_DENIED', 7, 'failed_request', false],
    ['RESOURCE_EXHAUSTED', 8, 'rate_limit_exceeded', true],
    ['INTERNAL', 13, 'model_server_error', true],
    ['UNAVAILABLE', 14, 'model_overloaded', true],
    ['UNAUTHENTICATED', 16, 'failed_request', false],
  ])('%s (%i) is recognized as %s', async (_name, status, code, retryable) => {
    const thrown = await callServer(status)
    const error = fromUpstream(thrown, { origin: 'acme' })
    expect(error).toMatchObject({ code, retryable, origin: 'acme' })
    expect(JSON.stringify(error)).not.toContain('planted')
    expect(upstreamRecognizer()(thrown, request)).toMatchObject({ code })
  })

  test('an exceeded deadline is recognized', async () => {
    expect(fromUpstream(await callServer(0))).toMatchObject({ code: 'model_timeout', retryable: true })
  })

  test('a refused connection is recognized', async () => {
    expect(fromUpstream(await callServer(3, '127.0.0.1:9'))).toMatchObject({ retryable: true, status: 503 })
  })
})
