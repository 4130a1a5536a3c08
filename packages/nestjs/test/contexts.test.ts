import 'reflect-metadata'
import { EventEmitter } from 'node:events'
import type { ArgumentsHost } from '@nestjs/common'
import { isObservable, lastValueFrom, type Observable } from 'rxjs'
import { expect, test } from 'vitest'
import { Conflict, FaultlineFilter, type ApiError } from '../src/index.ts'

const SECRET = 'sk-live-secret'

/** What Nest hands to filters outside of HTTP: a type, and arguments. */
const hostOf = (type: string, ...args: unknown[]): ArgumentsHost =>
  ({ getType: () => type, getArgs: () => args }) as unknown as ArgumentsHost

function filter() {
  const heard: ApiError[] = []
  const faultline = new FaultlineFilter({ envelope: 'ai-api', onError: (error) => void heard.push(error) })
  return { heard, answer: faultline.catch.bind(faultline) }
}

const conflict = { success: false, error: { code: 'CONFLICT' } }

test('an RPC context gets an Observable that errors with the body', async () => {
  for (const data of [undefined, null, 7, { id: 1 }]) {
    const { answer, heard } = filter()
    const told = answer(new Conflict(), hostOf('rpc', data, {})) as Observable<unknown>
    expect(isObservable(told)).toBe(true)
    await expect(lastValueFrom(told)).rejects.toMatchObject(conflict)
    expect(heard).toHaveLength(1)
  }
})

test('a socket.io client gets the body as the event `exception`, and one of ws as a message', () => {
  const socket = new EventEmitter()
  const told: unknown[] = []
  socket.on('exception', (data) => told.push(data))
  const { answer, heard } = filter()
  answer(new Conflict(), hostOf('ws', socket, { key: SECRET }))
  const ws = Object.assign(new EventEmitter(), {
    readyState: 1,
    send: (text: string) => void told.push(JSON.parse(text)),
  })
  answer(new Conflict(), hostOf('ws', ws, { key: SECRET }))
  expect(told).toMatchObject([conflict, { event: 'exception', data: conflict }])
  expect(JSON.stringify(told)).not.toContain(SECRET)
  expect(heard).toHaveLength(2)
})

test('a GraphQL context gets an error with extensions, and no secret', () => {
  const { answer, heard } = filter()
  const request = { method: 'POST', url: '/graphql', headers: { 'x-request-id': 'mine' } }
  const error = answer(new Conflict(), hostOf('graphql', {}, {}, { req: request }, {})) as Error
  expect(error).toBeInstanceOf(Error)
  expect(error).toMatchObject({
    extensions: { code: 'conflict', status: 409, body: { ...conflict, meta: { request_id: 'mine' } } },
  })
  const other = answer(new Error(SECRET), hostOf('graphql', {}, {}, undefined, {})) as Error
  expect(other).toMatchObject({ extensions: { code: 'internal_error', status: 500 } })
  expect(JSON.stringify([other.message, other])).not.toContain(SECRET)
  expect(heard).toHaveLength(2)
})
