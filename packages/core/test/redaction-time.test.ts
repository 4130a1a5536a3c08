import { generateSecretLines } from '@faultline/test-kit'
import { expect, test } from 'vitest'
import { createPatterns } from '../src/log/secret-patterns.ts'

const LENGTH = 100_000
/**
 * Maximum growth of the time when the text is ten times as long. A quadratic pattern needs a hundred times as long. Times
 * below the floor are not compared, because they vary with the load of the machine.
 */
const MAX_GROWTH = 40
const FLOOR_MS = 20
/** If 100 kB take less, 1 MB takes at most 0.4 s even with a quadratic pattern, so it is not timed for this part. */
const SHORT_MS = 4
/** Maximum time for ten times the length. The slowest pattern takes about 0.4 s. */
const MAX_MS = 5000

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
function findSlowParts(pattern: RegExp, attempts = 3): string[] {
  return [...parts.split(' '), ...spacedParts].filter((part) => {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const short = measure(pattern, part, LENGTH)
      if (short < SHORT_MS) return false
      if (short > MAX_MS / 10) continue
      const long = measure(pattern, part, 10 * LENGTH)
      if (long < MAX_MS && long / Math.max(short, FLOOR_MS) < MAX_GROWTH) return false
    }
    return true
  })
}

test.each(createPatterns().map(({ pattern }) => ({ pattern })))(
  'the time of a pattern is linear for 1 MB: $pattern',
  { timeout: 120_000 },
  ({ pattern }) => {
    expect(findSlowParts(pattern)).toEqual([])
    for (const mixed of [parts, `${secrets.join('\n')}\n`])
      expect(measure(pattern, mixed, 10 * LENGTH)).toBeLessThan(MAX_MS)
  },
)
