import { generateHarmlessLines, generateSecretLines, readReportedLines } from '@faultline/test-kit'
import { describe, expect, test } from 'vitest'

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
