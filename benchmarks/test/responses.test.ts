import { expect, test } from 'vitest'
import { createRequest, exchange, findDifferences, type ReceivedResponse } from '../src/exchange.ts'
import { findVariant, hasSameResponse, listVariants } from '../src/variants.ts'
import { FRAMEWORKS, isMeasured, KINDS, type Framework, type Kind } from '../src/workload.ts'

const kinds = Object.keys(KINDS) as Kind[]

for (const framework of FRAMEWORKS) {
  test.for(kinds.filter((kind) => isMeasured(framework, kind)))(
    `the variants on ${framework} send the same response to %s`,
    async (kind) => {
      const expected = await receive(framework, 'faultline', kind)
      expect(expected.statusLine).toMatch(`HTTP/1.1 ${KINDS[kind].status} `)
      for (const variant of await listVariants(framework, kind)) {
        const actual = await receive(framework, variant, kind)
        if (hasSameResponse(variant)) expect(findDifferences(actual, expected), variant).toEqual([])
        else expect(actual.statusLine, variant).toBe(expected.statusLine)
      }
    },
  )
}

async function receive(framework: Framework, variant: string, kind: Kind): Promise<ReceivedResponse> {
  const createServer = await findVariant(framework, variant)
  const server = await createServer(kind)
  try {
    return await exchange(server.port, createRequest(kind))
  } finally {
    await server.close()
  }
}

const response: ReceivedResponse = {
  statusLine: 'HTTP/1.1 429 Too Many Requests',
  headers: new Map([
    ['x-request-id', 'req_000000000000000000000000'],
    ['retry-after', '30'],
  ]),
  body: '{"code":"RATE_LIMIT_EXCEEDED"}',
  byteLength: 120,
}

test('responses that differ only in the request id are equal', () => {
  const headers = new Map([...response.headers, ['x-request-id', 'req_abcdefghijklmnopqrstuvwx']])
  expect(findDifferences({ ...response, headers }, response)).toEqual([])
})

test('a difference names the header, or the position in the body', () => {
  const headers = new Map([['x-request-id', 'req_1']])
  const body = '{"code":"RATE_LIMITED"}'
  expect(findDifferences({ ...response, headers, body }, response)).toEqual([
    'header "x-request-id": expected "req_xxxxxxxxxxxxxxxxxxxxxxxx", received "req_1"',
    'header "retry-after": expected "30", received no such header',
    'body, byte 19: expected "{\\"code\\":\\"RATE_LIMIT_EXCEEDED\\"}", received "{\\"code\\":\\"RATE_LIMITED\\"}"',
  ])
})
