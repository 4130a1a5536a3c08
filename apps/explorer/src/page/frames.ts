import type { Piece } from './run.ts'

/** An event of a stream. */
export interface Frame {
  /** When its last byte came, in milliseconds. */
  readonly at: number
  /** Empty where it has none. */
  readonly event: string
  readonly data: string
  /** Whether it tells of an error. */
  readonly isError: boolean
}

/** The events of a stream so far (HTML, 9.2.6). What has begun and has not ended is none yet. */
export function framesOf(pieces: readonly Piece[]): readonly Frame[] {
  const frames: Frame[] = []
  let rest = ''
  for (const { at, text } of pieces) {
    const blocks = (rest + text).replaceAll('\r\n', '\n').split('\n\n')
    rest = blocks.pop()!
    for (const block of blocks) {
      const frame = frameOf(block, at)
      if (frame !== undefined) frames.push(frame)
    }
  }
  return frames
}

function frameOf(block: string, at: number): Frame | undefined {
  const fields = block.split('\n').map((line) => /^(\w+): ?(.*)$/.exec(line) ?? [])
  const valuesOf = (wanted: string): string[] =>
    fields.filter(([, name]) => name === wanted).map(([, , value]) => value!)
  const data = valuesOf('data').join('\n')
  const event = valuesOf('event').at(-1) ?? ''
  if (data === '' && event === '') return undefined
  return { at, event, data, isError: event === 'error' || hasError(data) }
}

function hasError(data: string): boolean {
  try {
    const { error } = JSON.parse(data) as { error?: unknown }
    return error !== undefined && error !== null
  } catch {
    return false
  }
}
