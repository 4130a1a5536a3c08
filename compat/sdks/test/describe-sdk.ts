import { startApp, type RunningApp } from '@faultline/app-gateway/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apps } from './apps.ts'
import { names } from './failures.ts'
import { lineTo, type Heard } from './line.ts'
import type { Sdk } from './sdk.ts'

/** What an SDK makes of the failures of every app. */
export function describeSdk(sdk: Sdk): void {
  const { failures, envelope, stream } = sdk

  describe.each(apps)(`${sdk.name} in ${envelope} on %s`, (_app, createServer) => {
    let app: RunningApp
    beforeAll(async () => {
      app = await startApp(createServer)
    })
    afterAll(() => app.close())

    test('raises each error of the catalog as its documents say', async () => {
      const line = lineTo(app.url, envelope)
      const { complete } = sdk.connect(app.url, line.fetch, 0)
      const told = await Promise.all(
        names.map(async (name) => [name, sdk.told(await failureOf(complete(name)))]),
      )
      expect(names.filter((name) => line.heard(name).length !== 1)).toEqual([])
      expect(Object.fromEntries(told)).toEqual(
        Object.fromEntries(
          failures.map((failure) => [failure.name, sdk.expected(failure, idOf(line.heard(failure.name)))]),
        ),
      )
    })

    test(`${sdk.name} ${sdk.retries}`, async () => {
      const line = lineTo(app.url, envelope)
      const { complete } = sdk.connect(app.url, line.fetch, 1)
      await Promise.all(names.map((name) => failureOf(complete(name))))
      expect(Object.fromEntries(names.map((name) => [name, line.heard(name).length]))).toEqual(
        Object.fromEntries(
          failures.map(({ name, retryable }) => [name, retryable || sdk.stubborn.includes(name) ? 2 : 1]),
        ),
      )
      const told = names.map((name) => [name, line.heard(name)[0]!.headers.get('retry-after')])
      expect(Object.fromEntries(told)).toEqual(
        Object.fromEntries(failures.map(({ name, retryAfter }) => [name, retryAfter?.toString() ?? null])),
      )
      // Where the status alone would have it retried, the answer had said so.
      if (sdk.envelope === 'google') return
      const said = names.map((name) => [name, line.heard(name)[0]!.headers.get('x-should-retry')])
      expect(Object.fromEntries(said)).toEqual(
        Object.fromEntries(
          failures.map(({ name, retryable, status }) => [
            name,
            !retryable && isRetriedStatus(status) ? 'false' : null,
          ]),
        ),
      )
    })

    test('raises each error that breaks a stream off, however the stream is read', async () => {
      const line = lineTo(app.url, envelope, { stream })
      const { readers } = sdk.connect(app.url, line.fetch, 1)
      for (const [way, read] of Object.entries(readers)) {
        const told = await Promise.all(
          names.map(async (name) => [name, sdk.toldMidStream(await failureOf(read(name)))]),
        )
        expect(Object.fromEntries(told), way).toEqual(
          Object.fromEntries(
            failures.map((failure) => [
              failure.name,
              sdk.expectedMidStream(failure, idOf(line.heard(failure.name))),
            ]),
          ),
        )
      }
      // A stream that has begun is not asked for again.
      const once = Object.keys(readers).map(() => ({ status: 200 }))
      for (const name of names) expect(line.heard(name), name).toMatchObject(once)
    })

    test('raises half an answer, which the app breaks off', async () => {
      const line = lineTo(app.url, envelope, { route: 'throw' })
      const { complete } = sdk.connect(app.url, line.fetch, 0)
      expect(messageOf(await failureOf(complete('after-headers')))).toMatch(/other side closed|ECONNRESET/)
    })
  })
}

/** What a promise is rejected with. @throws where it is not: nothing that fails may end quietly. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('Nothing was raised')
}

/** What a failure says, and what its causes do. */
export function messageOf(thrown: unknown): string {
  const { message, cause } = thrown as Error
  return cause === undefined ? message : `${message}: ${messageOf(cause)}`
}

/** The id of the last request, as the app told it. */
function idOf(heard: readonly Heard[]): string {
  const id = heard.at(-1)?.headers.get('x-request-id') ?? ''
  expect(id).toMatch(/^req_[a-z0-9]{24}$/)
  return id
}

/** The statuses that SDKs ask again on. */
function isRetriedStatus(status: number): boolean {
  return [408, 409, 429].includes(status) || status >= 500
}
