import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ArraySplitter } from '../src/events/array-splitter.ts'
import { EventSplitter } from '../src/events/event-splitter.ts'
import { LineSplitter } from '../src/events/line-splitter.ts'
import { createSplitter, type StreamSplitter } from '../src/index.ts'

const encoder = new TextEncoder()
const decode = (bytes: string | Uint8Array): string =>
  typeof bytes === 'string' ? bytes : new TextDecoder().decode(bytes)

const positions = fc.array(fc.nat(300), { maxLength: 12 })

/** Pushes the bytes of a string in pieces. Returns the released and the held part. */
function split(
  splitter: StreamSplitter,
  text: string,
  cuts: readonly number[],
): [released: string, held: string] {
  const bytes = encoder.encode(text)
  const ends = [...cuts.map((end) => Math.min(end, bytes.length)).toSorted((a, b) => a - b), bytes.length]
  const released = ends.map((end, index) => splitter.push(bytes.subarray(ends[index - 1] ?? 0, end)))
  return [decode(Buffer.concat(released)), decode(splitter.flush())]
}

test('createSplitter divides event streams and newline-delimited JSON', () => {
  const formats = [
    'text/event-stream; charset=utf-8',
    'application/x-ndjson',
    'application/jsonl; charset=utf-8',
    'application/json',
    'text/plain',
  ].map((type) => createSplitter(type)?.sent?.format)
  expect(formats).toEqual(['events', 'lines', 'lines', undefined, undefined])
})

describe('LineSplitter', () => {
  test('releases whole lines, and changes no byte', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('{"a":1}\n', '{"b":"ä€😀"}\r\n', '\n', '{"ha')),
        positions,
        (lines, cuts) => {
          const text = lines.join('')
          const [released, held] = split(new LineSplitter(), text, cuts)
          expect(released + held).toBe(text)
          expect(held).toBe(text.slice(text.lastIndexOf('\n') + 1))
        },
      ),
    )
  })

  test('returns text that ends with a line as it is, and encodes no other', () => {
    const splitter = new LineSplitter()
    expect(splitter.pushText('{}\n')).toBe('{}\n')
    expect(decode(splitter.pushText('{"a"'))).toBe('')
    expect(decode(splitter.pushText(':1}\n'))).toBe('{"a":1}\n')
    expect(splitter.pushValue({ b: 2 })).toBe('{"b":2}\n')
  })

  test('fails at a line that exceeds the maximum size', () => {
    const splitter = new LineSplitter(10)
    expect(() => splitter.push(encoder.encode('{"a":"aaaaaaaaaaaa'))).toThrow(/has more than 10 bytes/)
  })
})

describe('ArraySplitter', () => {
  const array = fc.array(fc.jsonValue(), { minLength: 1 })

  test('changes no byte, and another item can follow what it has released', () => {
    fc.assert(
      fc.property(array, fc.nat(4), fc.nat(200), positions, (items, indent, length, cuts) => {
        const whole = JSON.stringify(items, undefined, indent)
        const text = decode(encoder.encode(whole).subarray(0, length)).replace(/\uFFFD$/, '')
        const splitter = new ArraySplitter()
        const [released, held] = split(splitter, text, cuts)
        expect(released + held).toBe(text)
        const { sent } = splitter
        if (text.trim() === whole) {
          expect(sent).toBeUndefined()
          return
        }
        const end = `${sent!.isEmpty === true ? '[' : ','}{"error":1}]`
        const received = JSON.parse(released + end) as unknown[]
        expect(received.at(-1)).toEqual({ error: 1 })
        expect(JSON.stringify(received.slice(0, -1))).toBe(
          JSON.stringify((JSON.parse(whole) as unknown[]).slice(0, received.length - 1)),
        )
      }),
      { numRuns: 2000 },
    )
  })

  test('does not hold a body that is not an array, and permits no error after it', () => {
    const splitter = new ArraySplitter()
    expect(decode(splitter.pushText(' {"a":['))).toBe(' {"a":[')
    expect(splitter.sent).toBeUndefined()
  })

  test('separates objects', () => {
    const splitter = new ArraySplitter()
    expect([splitter.pushValue({ a: 1 }), splitter.pushValue({ b: 2 }), splitter.flush()]).toEqual([
      '[{"a":1}',
      ',{"b":2}',
      ']',
    ])
    expect(() => splitter.pushText('x')).toThrow('objects only, or strings and bytes only')
  })
})

describe('the sent part of a stream', () => {
  test('has the first and the last event, without heartbeats and parts of events', () => {
    const splitter = new EventSplitter()
    expect(splitter.sent).toEqual({ format: 'events', isEmpty: true, first: undefined, last: undefined })
    splitter.pushText(': ping\n\n')
    expect(splitter.sent).toMatchObject({ isEmpty: false, first: undefined })
    const chunks = ['data: {"n":0}\n\ndata: {"n":1}\n\n', 'data: {"n":2}\n\n', ': ping\n\n', 'data: {"n":3']
    for (const chunk of chunks) splitter.push(encoder.encode(chunk))
    expect(splitter.sent).toMatchObject({ isEmpty: false, first: { n: 0 }, last: { n: 2 } })
  })

  test('ignores a last event that is not JSON', () => {
    const splitter = new EventSplitter()
    splitter.pushText('data: {"n":1}\n\ndata: [DONE]\n\n')
    expect(splitter.sent).toMatchObject({ first: { n: 1 }, last: { n: 1 } })
  })

  test.each([
    ['data: 1\n\n', undefined],
    ['data: 1\r\n\r\n', undefined],
    ['data: 1\r\r', undefined],
    ['data: 1\r\n\r', '\n\n'],
    ['data: 1\n\n: ping\n', '\n\n'],
    [': ping\r\n', '\n\n'],
    ['', undefined],
  ])('needs a blank line before an error event unless it ends with one: %j', (text, separator) => {
    const splitter = new EventSplitter()
    splitter.push(encoder.encode(text))
    expect(splitter.sent.separator).toBe(separator)
  })

  test('has the first and the last line', () => {
    const splitter = new LineSplitter()
    splitter.pushText('{"n":0}\n\n{"n":1}\n')
    splitter.pushValue({ n: 2 })
    expect(splitter.sent).toEqual({ format: 'lines', isEmpty: false, first: { n: 0 }, last: { n: 2 } })
  })
})
