import { describe, expect, test } from 'vitest'
import { formatCurl } from '../src/page/format-curl.ts'
import { findDifferences, summarize } from '../src/page/differences.ts'
import { parseEvents } from '../src/page/parse-events.ts'
import { filterChoices, type Choice } from '../src/page/choices.ts'
import { IDLE, type Run } from '../src/page/run.ts'
import { formatJson, tokenizeJson } from '../src/page/tokenize-json.ts'
import { fromHash, toHash, type View } from '../src/page/view.ts'

describe('the URL of a view', () => {
  const one = { framework: 'Koa', envelope: 'google:strict' }
  const raises: readonly View['raise'][] = [
    undefined,
    { kind: 'error', code: 'conflict', query: { message: 'a & b = “c”', model: 'm' }, stream: true },
    { kind: 'throw', what: 'error' },
    { kind: 'request', name: 'no-key' },
    { kind: 'chat', model: 'echo', stream: true },
    { kind: 'chat', model: 'echo', stream: false },
  ]
  test.each(raises)('contains the whole view: %j', (raise) => {
    for (const two of [undefined, { framework: 'Express', envelope: 'openai' }]) {
      const view: View = { tab: 'models', raise, one, two }
      expect(fromHash(toHash(view), ['Express', 'Koa'], ['google', 'openai'])).toEqual(view)
    }
  })

  test('gets defaults for unknown values', () => {
    expect(fromHash('#tab=x&on=Rails&in=xml&in2=', ['Express'], ['ai-api', 'openai'])).toEqual({
      tab: 'errors',
      raise: undefined,
      one: { framework: 'Express', envelope: 'ai-api' },
      two: { framework: 'Express', envelope: 'openai' },
    })
  })
})

describe('stream events', () => {
  test('are parsed wherever the text is split into pieces', () => {
    const text = 'event: a\r\ndata: {"x":1}\r\n\r\n: comment\n\n\n\ndata: one\ndata: two\n\ndata: half'
    for (let split = 0; split <= text.length; split++) {
      const pieces = [
        { at: 1, text: text.slice(0, split) },
        { at: 2, text: text.slice(split) },
      ]
      expect(parseEvents(pieces), String(split)).toMatchObject([
        { event: 'a', data: '{"x":1}', isError: false },
        { event: 'message', data: 'one\ntwo', isError: false },
      ])
    }
  })

  test('are errors if their name is error or their data has an error member', () => {
    const text = 'event: error\ndata: {}\n\ndata: {"error":{}}\n\ndata: {"error":null}\n\ndata: [DONE]\n\n'
    expect(parseEvents([{ at: 0, text }]).map(({ isError }) => isError)).toEqual([true, true, false, false])
  })
})

describe('differences', () => {
  const createRun = (status: number, headers: Record<string, string>, text: string): Run => ({
    ...IDLE,
    head: { type: 'head', at: 0, statusLine: '', status, headers: Object.entries(headers) },
    pieces: [{ at: 0, text }],
  })
  const createId = (letter: string): string => `req_${letter.repeat(24)}`

  test('ignore ids and timestamps', () => {
    const one = createRun(
      429,
      { 'X-Request-Id': createId('a'), Date: 'Mon' },
      `{"id":"${createId('a')}","at":"2026-01-01T00:00:00Z"}`,
    )
    const two = createRun(
      429,
      { 'x-request-id': createId('b'), date: 'Tue' },
      `{"id":"${createId('b')}","at":"2027-02-02T00:00:00Z"}`,
    )
    expect(findDifferences(one, two)).toEqual({
      status: false,
      headers: new Set(),
      lines: new Set(),
      events: new Set(),
    })
    expect(summarize(one, two)).toEqual({
      isSame: true,
      text: 'Identical except for ids and timestamps',
    })
  })

  test('are found by header and line', () => {
    const one = createRun(400, { a: '1', b: '1' }, '{"same":1,"gone":2,"other":3}')
    const two = createRun(422, { a: '1', b: '2', c: '3' }, '{"same":1,"other":4}')
    expect(findDifferences(one, two)).toMatchObject({
      status: true,
      headers: new Set(['b']),
      lines: new Set([2, 3]),
    })
    expect(findDifferences(two, one)).toMatchObject({ headers: new Set(['b', 'c']), lines: new Set([2]) })
    expect(summarize(one, two).text).toBe('Different status, 2 headers differ, different body')
  })
})

test('the tokens of JSON join to the same text', () => {
  const text = formatJson('{"a\\"b":[1,-2.5e3,true,null,"x: y"],"c":{}}')
  for (const line of text.split('\n')) {
    expect(
      tokenizeJson(line)
        .map((token) => token.text)
        .join(''),
    ).toBe(line)
  }
  expect(tokenizeJson('"a": -1').map(({ kind }) => kind)).toEqual(['key', 'plain', 'plain', 'number'])
})

test('a filter keeps matches and their ancestors', () => {
  const createChoice = (label: string, children: readonly Choice[] = []): Choice => ({
    id: label,
    label,
    description: `about ${label}`,
    status: 404,
    raise: { kind: 'throw', what: label },
    children,
  })
  const choices = [createChoice('one', [createChoice('two'), createChoice('three')]), createChoice('four')]
  expect(filterChoices(choices, 'TH')).toMatchObject([{ label: 'one', children: [{ label: 'three' }] }])
  expect(filterChoices(choices, 'about 404')).toEqual(choices)
  expect(filterChoices(choices, 'five')).toEqual([])
})

test('a request is formatted as a shell command', () => {
  const head = 'POST /v1 HTTP/1.1\r\nhost: a\r\naccept: x\r\ncontent-length: 4\r\n'
  expect(formatCurl({ url: 'http://a/v1?b=c', head, body: "it's" })).toBe(
    String.raw`curl -iN 'http://a/v1?b=c' \
  -H 'accept: x' \
  -d 'it'\''s'`,
  )
})
