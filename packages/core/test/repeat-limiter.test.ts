import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import { limitRepeats } from '../src/log/repeat-limiter.ts'

afterEach(() => {
  vi.useRealTimers()
})

interface Line {
  readonly key: string
  readonly repeated: number
  readonly time: number
}

/** Failures as keys, and times to wait in milliseconds. */
const steps = fc.array(
  fc.oneof({ weight: 4, arbitrary: fc.constantFrom('a', 'b', 'c') }, fc.integer({ min: 0, max: 2500 })),
  { maxLength: 60 },
)

test('the numbers of the lines add up, and a key has at most two lines in a second', () => {
  fc.assert(
    fc.property(steps, fc.boolean(), (sequence, hasTimers) => {
      vi.useFakeTimers({ now: 0 })
      // Without timers, the counted failures are written with a later failure.
      if (!hasTimers) vi.stubGlobal('setTimeout', () => 0)
      const lines: Line[] = []
      const add = limitRepeats<string>((key, repeated) =>
        lines.push({ key, repeated, time: performance.now() }),
      )
      const counts = new Map<string, number>()
      for (const step of sequence) {
        if (typeof step === 'number') vi.advanceTimersByTime(step)
        else {
          add(step, step)
          counts.set(step, (counts.get(step) ?? 0) + 1)
        }
      }
      vi.advanceTimersByTime(1000)
      add('last', 'last')
      for (const [key, count] of counts) {
        const linesOfKey = lines.filter((line) => line.key === key)
        expect(linesOfKey.reduce((sum, { repeated }) => sum + repeated, 0)).toBe(count)
        for (const [index, { time }] of linesOfKey.entries())
          // One is written at once, one with the number of repetitions. The delay of a timer is a whole number of milliseconds.
          if (index > 1) expect(time - linesOfKey[index - 2]!.time).toBeGreaterThanOrEqual(990)
      }
      vi.advanceTimersByTime(2000)
      expect(vi.getTimerCount()).toBe(0)
      vi.unstubAllGlobals()
      vi.useRealTimers()
    }),
  )
})

test('failures with more than 256 keys in a second are written at once, without keeping their keys', () => {
  vi.useFakeTimers()
  const write = vi.fn<(failure: number, repeated: number) => void>()
  const add = limitRepeats(write)
  for (let key = 0; key < 1000; key++) {
    add(String(key), key)
    add(String(key), key)
  }
  // The first 256 keys are counted; each failure of another key is written.
  expect(write).toHaveBeenCalledTimes(256 + 2 * 744)
  vi.advanceTimersByTime(1000)
  expect(write.mock.calls.reduce((sum, [, repeated]) => sum + repeated, 0)).toBe(2000)
})

test('the timer does not keep the process alive, and the counted failures are written when it exits', () => {
  const module = new URL('../src/log/repeat-limiter.ts', import.meta.url).href
  const code = `
    import { limitRepeats } from ${JSON.stringify(module)}
    const add = limitRepeats((failure, repeated) => console.log(failure, repeated))
    for (let count = 0; count < 4; count++) add('key', 'failure')
    console.log('end')
  `
  const start = performance.now()
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', code], {
    encoding: 'utf8',
  })
  expect(stdout, stderr).toBe('failure 1\nend\nfailure 3\n')
  expect(performance.now() - start).toBeLessThan(20_000)
})
