import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import {
  closeServers,
  readDocuments,
  readTaxonomy,
  fetchError,
  reserveClosedPort,
  sampleOptions,
  serve,
  serveSocket,
} from '../src/index.ts'

describe('servers', () => {
  test('are closed with their open connections', async () => {
    const url = await serve((_request, response) => response.end('open'))
    expect(await fetchError(url)).toMatchObject({ status: 200, text: 'open' })
    const socketUrl = await serveSocket((socket) => socket.write('hello'))
    const socket = connect(Number(new URL(socketUrl).port), '127.0.0.1')
    await once(socket, 'data')
    const closed = once(socket, 'close')
    await closeServers()
    await closed
    await expect(fetchError(url)).rejects.toThrow('fetch failed')
  })

  test('leave a port without a server', async () => {
    await expect(fetch(await reserveClosedPort())).rejects.toMatchObject({
      cause: { code: 'ECONNREFUSED' },
    })
  })
})

test('fetchError returns the code of an ai-api error', async () => {
  const body = { success: false, error: { code: 'NOT_FOUND', message: 'm' } }
  const url = await serve((_request, response) => response.writeHead(404).end(JSON.stringify(body)))
  expect(await fetchError(url)).toMatchObject({ status: 404, code: 'NOT_FOUND' })
})

describe('the specification', () => {
  test('has five documents and the required options of each error class', () => {
    expect(readDocuments().map(({ id }) => id)).toEqual([
      'a15t',
      'ai-api',
      'compactifai',
      'compresr',
      'humanloop',
    ])
    for (const row of readTaxonomy())
      expect(Object.values(sampleOptions(row)), row.code).not.toContain(undefined)
  })
})
