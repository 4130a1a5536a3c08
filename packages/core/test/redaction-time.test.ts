import { generateSecretLines } from '@faultline/test-kit'
import { expect, test } from 'vitest'
import { createPatterns } from '../src/log/secret-patterns.ts'

const LENGTH = 100_000
/**
 * Maximum growth of the time when the text is twice as long. A linear pattern needs twice as long, a quadratic one four
 * times.
 */
const MAX_GROWTH = 3
/** Times below the floor are not compared, because they vary with the load of the machine. */
const FLOOR_MS = 4
/** Maximum time for 1 MB. */
const MAX_MS = 2000

/** Parts whose repetition makes expressions slow: beginnings of labels, keys, addresses and quotations. */
const parts =
  'a A1b a. a- a_ a/ a: a= a1 1. 1: = - -- " \\" \\ \'" @ a@ a@a. :// a:// a://a: ? ?a= &a= key key= key: key=" key=\\" password password: password> password=> ' +
  'token is provided: "token": "token":" secret authorization: cookie: cookie:[ bearer basic sk- sk-a sk_ gsk_ gsk_a gsk_a- hf_ pcsk_ re_aaaaaaaa_ ' +
  'eyJ eyJa. eyJaaaa.a SG. SG.aaaaaaaaaaaaaaaa. dp.pt. -us1 0123456789abcdef 0123456789:AA Maaaaaaaaaaaaaaaaaaaaaaa. .atlasv1. ' +
  'access_token$a$ 1//0 AIza EAA A3T 8Q~ aaa8Q~ org- org-a arn:aws: :: fe80: a:: 12: 00: / // /srv/ /srv/a C:\\ ~/ /a/ localhost a.svc ' +
  'a.local: {content: {content:\' --a- --token= ["x-api-key", hooks.slack.com/services/ /with/key/ hook.a a+ a+/ Aa1 Aa1- <password> ＝ password＝'
const spacedParts = [
  ' ',
  '\n',
  '\n ',
  'a ',
  'key ',
  'key: ',
  'password ',
  'password: |',
  'authorization: a ',
  'bearer a ',
  '--password ',
  ' -u a:',
  ' --user a:',
  '-----BEGIN A-----',
  `${'x'.repeat(39)} `,
]
const secrets = generateSecretLines(1).map(({ text }) => text)

function measure(pattern: RegExp, part: string, length: number): number {
  const text = `${part.repeat(Math.ceil(length / part.length)).slice(0, length)} !`
  const start = performance.now()
  text.replaceAll(pattern, '')
  return performance.now() - start
}

/** Measures again if the time is too long, because another process may have been running. */
function isSlow(pattern: RegExp, part: string, length = LENGTH): boolean {
  for (let attempt = 0; attempt < 4; attempt++) {
    const half = measure(pattern, part, length / 2)
    if (half < FLOOR_MS || measure(pattern, part, length) / half < MAX_GROWTH) return false
  }
  return true
}

const patterns = createPatterns().map(({ pattern }) => ({ pattern }))

test.each(patterns)('the time of a pattern is linear for 100 kB: $pattern', ({ pattern }) => {
  const slow = [...parts.split(' '), ...spacedParts].filter((part) => isSlow(pattern, part))
  expect(slow).toEqual([])
})

test('the time of each pattern for 1 MB is short', { timeout: 60_000 }, () => {
  for (const { pattern } of patterns)
    for (const mixed of [parts, `${secrets.join('\n')}\n`])
      expect(measure(pattern, mixed, 10 * LENGTH), pattern.source).toBeLessThan(MAX_MS)
})

test('a quadratic pattern is found', () => {
  expect(isSlow(/a+@/g, 'a', 10_000)).toBe(true)
})
