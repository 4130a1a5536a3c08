import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EventSplitter } from '../src/events/event-splitter.ts'
import { EventParser, parseEvents, type ServerSentEvent } from '../src/index.ts'

/** `npm run fuzz` sets a higher number. */
const numRuns = Number(process.env['FUZZ_RUNS'] ?? 500)

const encoder = new TextEncoder()
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

const line = fc.oneof(
  fc.constantFrom('data: a', 'data:b', 'data', 'event: e', 'event', 'id: 1', 'id: \0', ': comment', ':', ''),
  fc.constantFrom('retry: 5', 'retry: x', 'unknown: x', 'data: ä€😀', ' data: x', 'data:{"a":1}'),
  fc.string().map((text) => text.replaceAll(/[\r\n]/g, '')),
)
const lineEnd = fc.constantFrom('\n', '\r\n', '\r', '\n\n', '\r\n\r\n')
const streamText = fc
  .tuple(
    fc.constantFrom('', '\uFEFF'),
    fc.array(fc.tuple(line, lineEnd), { maxLength: 30 }),
    fc.constantFrom('', 'data: incomplete', ': incomplete'),
  )
  .map(([start, lines, end]) => start + lines.flat().join('') + end)
const positions = fc.array(fc.nat(300), { maxLength: 12 })

function cut<Whole extends string | Uint8Array>(whole: Whole, cuts: readonly number[]): Whole[] {
  const ends = [...cuts.map((end) => Math.min(end, whole.length)).toSorted((a, b) => a - b), whole.length]
  return ends.map((end, index) => whole.slice(ends[index - 1] ?? 0, end) as Whole)
}

function parse(chunks: readonly string[]): ServerSentEvent[] {
  const parser = new EventParser()
  return chunks.flatMap((chunk) => [...parser.push(chunk)])
}

function split(chunks: readonly Uint8Array[]): { released: Uint8Array[]; rest: Uint8Array } {
  const splitter = new EventSplitter()
  const released = chunks.map((chunk) => splitter.push(chunk))
  return { released, rest: splitter.flush() }
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(pieces.flatMap((piece) => [...piece]))
}

describe('EventParser', () => {
  test('parses the same events regardless of where the text is cut', () => {
    fc.assert(
      fc.property(streamText, positions, (text, cuts) => {
        expect(parse(cut(text, cuts))).toEqual(parse([text]))
      }),
      { numRuns },
    )
  })

  test('parses names, data of several lines, ids and reconnection times', () => {
    expect(
      parseEvents('event: a\ndata: 1\ndata:2\nid: 7\nretry: 50\n\n: comment\ndata\n\nretry: x\ndata: 3\n\n'),
    ).toEqual([
      { event: 'a', data: '1\n2', id: '7', retry: 50 },
      { event: 'message', data: '', id: '7' },
      { event: 'message', data: '3', id: '7' },
    ])
  })

  test('attaches a reconnection time that is sent alone to the next event', () => {
    expect(parseEvents('retry: 3000\n\ndata: 1\n\ndata: 2\n\n')).toEqual([
      { event: 'message', data: '1', id: '', retry: 3000 },
      { event: 'message', data: '2', id: '' },
    ])
  })

  test('reports an event that exceeds the maximum size', () => {
    const parser = new EventParser(10)
    expect([...parser.push('data: 1\n\n')]).toHaveLength(1)
    expect([...parser.push('data: 123456789\n\ndata: 2\n\n')]).toEqual([])
    expect(parser.isOversize).toBe(true)
  })

  test('reports an incomplete event, and none after a comment', () => {
    const parser = new EventParser()
    parser.push(': comm').next()
    expect(parser.isWithinEvent).toBe(false)
    parser.push('ent\ndata: 1').next()
    expect(parser.isWithinEvent).toBe(true)
    expect(parser.end()).toEqual({ event: 'message', data: '1', id: '' })
    expect(parser.isWithinEvent).toBe(false)
  })
})

describe('parseEvents', () => {
  test('ignores a byte order mark and accepts a last event without its blank line', () => {
    expect(parseEvents('\uFEFFdata: 1\n\ndata: [DONE]')).toEqual([
      { event: 'message', data: '1', id: '' },
      { event: 'message', data: '[DONE]', id: '' },
    ])
  })

  test('yields a field named error as an event if the event has no data', () => {
    expect(parse(['error: {"code":400}\n\ndata: a\n\n'])).toEqual([
      { event: 'error', data: '{"code":400}', id: '' },
      { event: 'message', data: 'a', id: '' },
    ])
    expect(parse(['event: b\nerror: c\ndata: a\n\n'])).toEqual([{ event: 'b', data: 'a', id: '' }])
    const parser = new EventParser()
    for (const _ of parser.push('error: c\n'));
    expect(parser.isWithinEvent).toBe(true)
    expect(parser.end()).toEqual({ event: 'error', data: 'c', id: '' })
  })

  test('returns JSON and HTML pages that are not fields once, when their block has ended', () => {
    const parser = new EventParser()
    const takeAfter = (text: string): string | undefined => {
      for (const _ of parser.push(text));
      return parser.takeDocument()
    }
    expect(takeAfter('data: a\n\nunknown: x\n<b>\n\n')).toBeUndefined()
    expect(takeAfter('{\n  "a": 1\n')).toBeUndefined()
    expect(takeAfter('}\n\n')).toBe('{\n  "a": 1\n}\n')
    expect(takeAfter('\n')).toBeUndefined()
    expect(takeAfter('<!DOCTYPE html>')).toBeUndefined()
    parser.end()
    expect(parser.takeDocument()).toBe('<!DOCTYPE html>\n')
  })

  test('keeps a limited part of a document', () => {
    const parser = new EventParser()
    for (const _ of parser.push(`${'{"a":1}\n'.repeat(100_000)}\n`));
    expect(parser.takeDocument()!.length).toBeLessThan(70_000)
  })
})

describe('EventSplitter', () => {
  test('changes no byte', () => {
    fc.assert(
      fc.property(streamText, positions, (text, cuts) => {
        const bytes = encoder.encode(text)
        const { released, rest } = split(cut(bytes, cuts))
        expect(join([...released, rest])).toEqual(bytes)
      }),
      { numRuns },
    )
  })

  test('releases every complete event and no part of an incomplete one, regardless of where the bytes are cut', () => {
    fc.assert(
      fc.property(streamText, positions, (text, cuts) => {
        const bytes = encoder.encode(text)
        const { released } = split(cut(bytes, cuts))
        const releasedText = decode(join(released))
        // The decoder has removed the byte order mark of both.
        expect(parse([releasedText])).toEqual(parse([decode(bytes)]))
        const parser = new EventParser()
        for (const _ of parser.push(releasedText));
        expect(parser.isWithinEvent).toBe(false)
        // An error event that is appended here is parsed as a separate event.
        expect(parse([`${releasedText}event: error\ndata: {}\n\n`]).at(-1)).toMatchObject({
          event: 'error',
          data: '{}',
        })
      }),
      { numRuns },
    )
  })

  test.each(['\n', '\r\n', '\r'])('releases the same bytes for each position of one cut (%j)', (end) => {
    const text = ['\uFEFFevent: a', 'data: ä', '', ': ping', 'data: 1', 'id: 2', '', '', 'data: half'].join(
      end,
    )
    const bytes = encoder.encode(text)
    for (let first = 0; first <= bytes.length; first++)
      for (let second = first; second <= bytes.length; second++) {
        const { released, rest } = split(cut(bytes, [first, second]))
        // The LF of a CRLF can be released with its CR or with the next chunk, so only the events are compared.
        expect(parse([decode(join(released))])).toEqual(parse([decode(bytes)]))
        expect(decode(rest)).toBe('data: half')
      }
  })

  test('releases a chunk that ends with an event without a copy', () => {
    const chunk = encoder.encode('data: 1\n\ndata: 2\n\n')
    const released = new EventSplitter().push(chunk)
    expect(released.buffer).toBe(chunk.buffer)
    expect(released).toEqual(chunk)
  })

  test('releases a heartbeat at its line end, and a comment within an event with the event', () => {
    const splitter = new EventSplitter()
    const push = (text: string): string => decode(splitter.push(encoder.encode(text)))
    expect(push(': pi')).toBe('')
    expect(push('ng\n')).toBe(': ping\n')
    expect(push(': ping\r')).toBe(': ping\r')
    expect(push('\ndata: 1\n')).toBe('\n')
    expect(push(': ping\n')).toBe('')
    expect(push('\n')).toBe('data: 1\n: ping\n\n')
  })

  test('keeps its own copy of the bytes that it buffers', () => {
    const splitter = new EventSplitter()
    const chunk = encoder.encode('data: 1\n')
    splitter.push(chunk)
    chunk.fill(0)
    expect(decode(splitter.push(encoder.encode('\n')))).toBe('data: 1\n\n')
  })

  test('fails at an event that exceeds the maximum size', () => {
    const splitter = new EventSplitter(100)
    for (let count = 0; count < 50; count++) splitter.push(encoder.encode('data: 123456\n\n'))
    for (let count = 0; count < 7; count++) splitter.push(encoder.encode('data: 123456\n'))
    expect(() => splitter.push(encoder.encode('data: 123456\n'))).toThrow(
      'stream: an event, line or array item has more than 100 bytes; end each event with a blank line and each line with a line feed, or raise `maxEventSize`',
    )
  })

  test('releases the same bytes of strings as of bytes', () => {
    fc.assert(
      fc.property(streamText, positions, (text, cuts) => {
        const texts = cut(text, cuts).map((piece) => piece.toWellFormed())
        const splitter = new EventSplitter()
        const released = texts.map((piece) => splitter.pushText(piece))
        const bytes = split(texts.map((piece) => encoder.encode(piece)))
        expect(released.map((piece) => (typeof piece === 'string' ? encoder.encode(piece) : piece))).toEqual(
          bytes.released,
        )
        expect(splitter.flush()).toEqual(bytes.rest)
      }),
      { numRuns },
    )
  })

  test('returns a string of whole events as it is', () => {
    expect(new EventSplitter().pushText('data: 1\n\ndata: 2\n\n')).toBe('data: 1\n\ndata: 2\n\n')
  })
})
