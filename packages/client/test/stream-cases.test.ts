import { serve, streamCases } from '@faultline/test-kit'
import { describe, expect, test } from 'vitest'
import { ApiError, findStreamFailure, readEvents, type ReadEventsOptions } from '../src/index.ts'

/** Reads a stream over a socket. Returns the data of its events and the error that ended it. */
async function readStream(events: string, contentType: string, options?: ReadEventsOptions) {
  const url = await serve((_, response) => {
    response.writeHead(200, { 'content-type': contentType }).end(events)
  })
  const data: string[] = []
  try {
    for await (const event of readEvents(await fetch(url), options)) data.push(event.data)
    return { data }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return { data, error }
  }
}

describe('readEvents', () => {
  test.each(streamCases)('reads the stream $id', async ({ events, contentType, ...wanted }) => {
    const { error } = await readStream(events, contentType)
    if (error === undefined) return expect(wanted.mayEndQuietly).toBe(true)
    expect(wanted.codes).toContain(error.code)
    if (wanted.retryable !== null) expect(error.retryable).toBe(wanted.retryable)
  })

  test.each(streamCases.filter(({ codes }) => codes.length === 0))(
    'yields all events of the stream $id',
    async ({ events, contentType }) => {
      const { data } = await readStream(events, contentType)
      expect(data).toHaveLength(events.split('\n\n').filter(Boolean).length)
    },
  )

  test.each(streamCases.filter(({ contentType }) => contentType === 'text/event-stream'))(
    'and findStreamFailure find the same failure in the stream $id',
    async ({ events, contentType }) => {
      const { error } = await readStream(events, contentType)
      expect(findStreamFailure(events) === undefined).toBe(error === undefined)
    },
  )
})
