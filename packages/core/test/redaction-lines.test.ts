import { readFileSync } from 'node:fs'
import { appliesTo, generateHarmlessLines, generateSecretLines, readReportedLines } from '@faultline/test-kit'
import type { RedactionLine } from '@faultline/test-kit'
import { describe, expect, test } from 'vitest'
import { redact } from '../src/index.ts'
import { policies } from '../src/log/redact.ts'

const seeds = [1, 2, 3, 4, 5, 6, 7, 8]

/** Returns the lines of a policy whose secret is not removed, or that are harmless and changed. */
function findFailures(lines: readonly RedactionLine[], policy: 'log' | 'wire'): RedactionLine[] {
  return lines.filter(({ text, secret }) => {
    const redacted = redact(text, policy, 4096)
    // The wire policy makes one line.
    if (secret === null) return redacted !== (policy === 'wire' ? text.replaceAll(/\s+/g, ' ').trim() : text)
    return redacted.includes(secret)
  })
}

describe('the lines for the test of redaction', () => {
  const generated = generateSecretLines(1)
  const harmless = generateHarmlessLines(1)

  test('are at least 300 with a secret, which they contain, and 300 without', () => {
    expect(generated.length).toBeGreaterThan(300)
    expect(harmless.length).toBeGreaterThan(300)
    for (const { id, text, secret } of [...readReportedLines(), ...generated])
      if (secret !== null) expect(text, id).toContain(secret)
  })

  test('are the same for the same seed', () => {
    expect(generateSecretLines(1)).toEqual(generated)
    expect(generateHarmlessLines(1)).toEqual(harmless)
    expect(generateSecretLines(2)).not.toEqual(generated)
  })
})

describe.each(['log', 'wire'] as const)('the %s policy', (policy) => {
  test('removes every reported secret, and keeps every reported harmless line', () => {
    const lines = readReportedLines().filter(
      (line) => appliesTo(line, policy) && !line.id.startsWith('optional-'),
    )
    expect(lines.length).toBeGreaterThan(60)
    expect(findFailures(lines, policy)).toEqual([])
  })

  test.each(seeds)('removes at least 98 %% of generated secrets, with seed %i', (seed) => {
    const lines = generateSecretLines(seed).filter((line) => appliesTo(line, policy))
    const failures = findFailures(lines, policy)
    expect(failures.length / lines.length, JSON.stringify(failures, undefined, 1)).toBeLessThanOrEqual(0.02)
  })

  test.each(seeds)('changes at most 2 %% of harmless lines, with seed %i', (seed) => {
    const lines = generateHarmlessLines(seed).filter((line) => appliesTo(line, policy))
    const failures = findFailures(lines, policy)
    expect(failures.length / lines.length, JSON.stringify(failures, undefined, 1)).toBeLessThanOrEqual(0.02)
  })
})

test('a hint of each pattern matches each line that the pattern matches', () => {
  const lines = seeds.flatMap((seed) => [...generateSecretLines(seed), ...generateHarmlessLines(seed)])
  for (const { patterns } of policies)
    for (const { pattern, hint: source } of patterns) {
      const hint = new RegExp(source, 'i')
      for (const { text } of lines)
        if (text.search(pattern) !== -1) expect(text, pattern.source).toMatch(hint)
    }
})

/** Returns the percentage of generated lines that fail, for the seed with the most failures. */
function getWorstScore(generate: (seed: number) => RedactionLine[], policy: 'log' | 'wire'): number {
  const scores = seeds.map((seed) => {
    const lines = generate(seed).filter((line) => appliesTo(line, policy))
    return findFailures(lines, policy).length / lines.length
  })
  return 100 * Math.max(...scores)
}

test('the documentation has the scores of the seed with the most failures', () => {
  const docs = readFileSync(new URL('../../../docs/secrets.md', import.meta.url), 'utf8')
  const removed = (['log', 'wire'] as const).map(
    (policy) => `${(100 - getWorstScore(generateSecretLines, policy)).toFixed(1)}% removed`,
  )
  const changed = (['log', 'wire'] as const).map(
    (policy) => `${getWorstScore(generateHarmlessLines, policy).toFixed(1)}% changed`,
  )
  const rows = docs.replaceAll(/ +/g, ' ')
  expect(rows).toContain(`| generated secrets | ${removed.join(' | ')} |`)
  expect(rows).toContain(`| harmless lines | ${changed.join(' | ')} |`)
})
