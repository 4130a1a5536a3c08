import { readFileSync } from 'node:fs'
import type { RedactionLine } from './redaction-line.ts'

/** A sign in the file that separates the parts of secrets, so that secret scanners do not report them. */
const SEPARATOR = '‖'

/**
 * Reads lines that were reported as secrets that are not removed, or as harmless lines that are changed. The ids of
 * secrets that no document promises to remove start with `optional-`.
 */
export function readReportedLines(): RedactionLine[] {
  return readFileSync(new URL('reported-lines.jsonl', import.meta.url), 'utf8')
    .replaceAll(SEPARATOR, '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RedactionLine)
}
