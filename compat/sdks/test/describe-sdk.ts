import { startApp, type RunningApp } from '@faultline/app-gateway/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apps } from './apps.ts'
import { codes } from './expected-errors.ts'
import { createErrorFetch, type ReceivedResponse } from './error-fetch.ts'
import type { Sdk } from './sdk.ts'

/** Tests the errors of an SDK against all apps. */
export function describeSdk(sdk: Sdk): void {
  const { errors, envelope, stream } = sdk

  describe.each(apps)(`${sdk.name} in ${envelope} on %s`, (_app, createServer) => {
    let app: RunningApp
    beforeAll(async () => {
      app = await startApp(createServer)
    })
    afterAll(() => app.close())

    test('throws each error with the documented fields', async () => {
      const errorFetch = createErrorFetch(app.url, envelope)
      const { complete } = sdk.connect(app.url, errorFetch.fetch, 0)
      const thrown = await Promise.all(
        codes.map(async (name) => [name, sdk.readError(await catchError(complete(name)))]),
      )
      expect(codes.filter((name) => errorFetch.responses(name).length !== 1)).toEqual([])
      expect(Object.fromEntries(thrown)).toEqual(
        Object.fromEntries(
          errors.map((error) => [
            error.name,
            sdk.expectedError(error, getRequestId(errorFetch.responses(error.name))),
          ]),
        ),
      )
    })

    test(`${sdk.name} ${sdk.retries}`, async () => {
      const errorFetch = createErrorFetch(app.url, envelope)
      const { complete } = sdk.connect(app.url, errorFetch.fetch, 1)
      await Promise.all(codes.map((name) => catchError(complete(name))))
      expect(Object.fromEntries(codes.map((name) => [name, errorFetch.responses(name).length]))).toEqual(
        Object.fromEntries(
          errors.map(({ name, retryable }) => [name, retryable || sdk.wronglyRetried.includes(name) ? 2 : 1]),
        ),
      )
      const getHeader = (name: string, header: string): string | null | undefined =>
        errorFetch.responses(name)[0]?.headers.get(header)
      const retryAfter = codes.map((name) => [name, getHeader(name, 'retry-after')])
      expect(Object.fromEntries(retryAfter)).toEqual(
        Object.fromEntries(
          errors.map(({ name, retryAfter: seconds }) => [name, seconds?.toString() ?? null]),
        ),
      )
      // The app discourages the retry of a non-retryable error whose status SDKs retry.
      if (sdk.envelope === 'google') return
      const shouldRetry = codes.map((name) => [name, getHeader(name, 'x-should-retry')])
      expect(Object.fromEntries(shouldRetry)).toEqual(
        Object.fromEntries(
          errors.map(({ name, retryable, status }) => [
            name,
            !retryable && isRetriedStatus(status) ? 'false' : null,
          ]),
        ),
      )
    })

    test('throws each error in a stream, for every way to read it', async () => {
      const errorFetch = createErrorFetch(app.url, envelope, { stream })
      const { readers } = sdk.connect(app.url, errorFetch.fetch, 1)
      for (const [way, read] of Object.entries(readers)) {
        const thrown = await Promise.all(
          codes.map(async (name) => [name, sdk.readStreamError(await catchError(read(name)))]),
        )
        expect(Object.fromEntries(thrown), way).toEqual(
          Object.fromEntries(
            errors.map((error) => [
              error.name,
              sdk.expectedStreamError(error, getRequestId(errorFetch.responses(error.name))),
            ]),
          ),
        )
      }
      // A started stream is not retried.
      const once = Object.keys(readers).map(() => ({ status: 200 }))
      for (const name of codes) expect(errorFetch.responses(name), name).toMatchObject(once)
    })

    test('throws an error for a truncated response', async () => {
      const errorFetch = createErrorFetch(app.url, envelope, { route: 'throw' })
      const { complete } = sdk.connect(app.url, errorFetch.fetch, 0)
      expect(joinMessages(await catchError(complete('after-headers')))).toMatch(
        /other side closed|ECONNRESET/,
      )
    })
  })
}

/** Returns the rejection reason of a promise. @throws Error if it is fulfilled */
export async function catchError(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('The promise was not rejected')
}

/** Joins the messages of an error and its causes. */
export function joinMessages(thrown: unknown): string {
  const { message, cause } = thrown as Error
  return cause === undefined ? message : `${message}: ${joinMessages(cause)}`
}

/** Returns the request id of the last response. */
function getRequestId(responses: readonly ReceivedResponse[]): string {
  const id = responses.at(-1)?.headers.get('x-request-id') ?? ''
  expect(id).toMatch(/^req_[a-z0-9]{24}$/)
  return id
}

/** Returns whether SDKs retry a status. */
function isRetriedStatus(status: number): boolean {
  return [408, 409, 429].includes(status) || status >= 500
}
