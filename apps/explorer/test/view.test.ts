import { describe, expect, test } from 'vitest'
import { curlOf } from '../src/page/curl-of.ts'
import { differencesOf, summaryOf } from '../src/page/differences.ts'
import { framesOf } from '../src/page/frames.ts'
import { keep, type Pick } from '../src/page/picks.ts'
import { IDLE, type Run } from '../src/page/run.ts'
import { prettyOf, tokensOf } from '../src/page/tokens.ts'
import { fromHash, toHash, type View } from '../src/page/view.ts'

describe('the address of a view', () => {
  const one = { framework: 'Koa', envelope: 'google:strict' }
  const raises: readonly View['raise'][] = [
    undefined,
    { kind: 'error', code: 'conflict', query: { message: 'a & b = “c”', model: 'm' }, stream: true },
    { kind: 'throw', what: 'error' },
    { kind: 'request', name: 'no-key' },
    { kind: 'chat', model: 'echo', stream: true },
    { kind: 'chat', model: 'echo', stream: false },
  ]
  test.each(raises)('says all of it: %j', (raise) => {
    for (const two of [undefined, { framework: 'Express', envelope: 'openai' }]) {
      const view: View = { tab: 'models', raise, one, two }
      expect(fromHash(toHash(view), ['Express', 'Koa'], ['google', 'openai'])).toEqual(view)
    }
  })

  test('names what there is, whatever it says', () => {
    expect(fromHash('#tab=x&on=Rails&in=xml&in2=', ['Express'], ['ai-api', 'openai'])).toEqual({
      tab: 'errors',
      raise: undefined,
      one: { framework: 'Express', envelope: 'ai-api' },
      two: { framework: 'Express', envelope: 'openai' },
    })
  })
})

describe('events of a stream', () => {
  test('are told from each other wherever the pieces are cut', () => {
    const text = 'event: a\r\ndata: {"x":1}\r\n\r\n: comment\n\n\n\ndata: one\ndata: two\n\ndata: half'
    for (let at = 0; at <= text.length; at++) {
      const pieces = [
        { at: 1, text: text.slice(0, at) },
        { at: 2, text: text.slice(at) },
      ]
      expect(framesOf(pieces), String(at)).toMatchObject([
        { event: 'a', data: '{"x":1}', isError: false },
        { event: '', data: 'one\ntwo', isError: false },
      ])
    }
  })

  test('tell of errors by their name or their data', () => {
    const text = 'event: error\ndata: {}\n\ndata: {"error":{}}\n\ndata: {"error":null}\n\ndata: [DONE]\n\n'
    expect(framesOf([{ at: 0, text }]).map(({ isError }) => isError)).toEqual([true, true, false, false])
  })
})

describe('differences', () => {
  const run = (status: number, headers: Record<string, string>, text: string): Run => ({
    ...IDLE,
    head: { type: 'head', at: 0, statusLine: '', status, headers: Object.entries(headers) },
    pieces: [{ at: 0, text }],
  })
  const id = (letter: string): string => `req_${letter.repeat(24)}`

  test('are none where only ids and times are others', () => {
    const one = run(
      429,
      { 'X-Request-Id': id('a'), Date: 'Mon' },
      `{"id":"${id('a')}","at":"2026-01-01T00:00:00Z"}`,
    )
    const two = run(
      429,
      { 'x-request-id': id('b'), date: 'Tue' },
      `{"id":"${id('b')}","at":"2027-02-02T00:00:00Z"}`,
    )
    expect(differencesOf(one, two)).toEqual({
      status: false,
      headers: new Set(),
      lines: new Set(),
      frames: new Set(),
    })
    expect(summaryOf(one, two)).toEqual({
      isSame: true,
      text: expect.stringContaining('The same, byte for byte') as string,
    })
  })

  test('are told by header and line', () => {
    const one = run(400, { a: '1', b: '1' }, '{"same":1,"gone":2,"other":3}')
    const two = run(422, { a: '1', b: '2', c: '3' }, '{"same":1,"other":4}')
    expect(differencesOf(one, two)).toMatchObject({
      status: true,
      headers: new Set(['b']),
      lines: new Set([2, 3]),
    })
    expect(differencesOf(two, one)).toMatchObject({ headers: new Set(['b', 'c']), lines: new Set([2]) })
    expect(summaryOf(one, two).text).toBe('Another status, 2 headers differ, another body')
  })
})

test('JSON is taken apart into what it was', () => {
  const text = prettyOf('{"a\\"b":[1,-2.5e3,true,null,"x: y"],"c":{}}')
  for (const line of text.split('\n')) {
    expect(
      tokensOf(line)
        .map((token) => token.text)
        .join(''),
    ).toBe(line)
  }
  expect(tokensOf('"a": -1').map(({ kind }) => kind)).toEqual(['key', 'plain', 'plain', 'number'])
})

test('a filter keeps what it finds, and what is above', () => {
  const pick = (label: string, children: readonly Pick[] = []): Pick => ({
    id: label,
    label,
    about: `about ${label}`,
    status: 404,
    raise: { kind: 'throw', what: label },
    children,
  })
  const picks = [pick('one', [pick('two'), pick('three')]), pick('four')]
  expect(keep(picks, 'TH')).toMatchObject([{ label: 'one', children: [{ label: 'three' }] }])
  expect(keep(picks, 'about 404')).toEqual(picks)
  expect(keep(picks, 'five')).toEqual([])
})

test('a request is a command for any shell', () => {
  const head = 'POST /v1 HTTP/1.1\r\nhost: a\r\naccept: x\r\ncontent-length: 4\r\n'
  expect(curlOf({ url: 'http://a/v1?b=c', head, body: "it's" })).toBe(
    String.raw`curl -iN 'http://a/v1?b=c' \
  -H 'accept: x' \
  -d 'it'\''s'`,
  )
})
