import { readFileSync } from 'node:fs'
import { Random } from './random.ts'
import type { RedactionLine } from './redaction-line.ts'

/** Identifiers that a log keeps, with their generators. */
const identifiers: readonly (readonly [kind: string, write: (random: Random) => string])[] = [
  ['Git commit', (random) => `commit ${random.text(HEX, 40)} not found`],
  ['short Git commit', (random) => `Checked out ${random.text(HEX, 8)}`],
  ['SHA-256 digest', (random) => `sha256:${random.text(HEX, 64)} does not match`],
  ['MD5 digest', (random) => `ETag "${random.text(HEX, 32)}" does not match`],
  ['trace id', (random) => `trace ${random.text(HEX, 32)} was not sampled`],
  ['traceparent', (random) => `traceparent 00-${random.text(HEX, 32)}-${random.text(HEX, 16)}-01`],
  ['UUID', (random) => `request ${random.uuid()} timed out`],
  ['two UUIDs', (random) => `no row for ${random.uuid()}/${random.uuid()}`],
  ['upper-case UUID', (random) => `device ${random.uuid().toUpperCase()} is offline`],
  ['UUID of an order', (random) => `Order '${random.uuid()}' not found`],
  ['request id', (random) => `request req_${random.text(LOWER, 24)} failed`],
  ['object id', (random) => `Cast to ObjectId failed for value "${random.text(HEX, 24)}"`],
  ['number', (random) => `row ${random.text('123456789', 12)} is locked`],
  ['container id', (random) => `container ${random.text(HEX, 12)} exited with 137`],
  ['pod', (random) => `pod worker-${random.text(HEX, 10)}-${random.text(LOWER, 5)} restarted`],
  ['path with a hash', (random) => `GET /assets/index-${random.text(LOWER, 8)}.js answered 404`],
  ['path with a UUID', (random) => `GET /v1/orders/${random.uuid()}/items answered 404`],
  ['memory address', (random) => `segfault at 0x${random.text(HEX, 16)}`],
  [
    'time',
    (random) =>
      `deadline 2026-0${1 + random.integer(9)}-1${random.integer(9)}T0${random.integer(9)}:12:30.${random.text('0123456789', 3)}Z`,
  ],
  [
    'model',
    (random) => `Model acme-${1 + random.integer(90)}b-instruct-2026-0${1 + random.integer(9)}-15 not found`,
  ],
]
const HEX = '0123456789abcdef'
const LOWER = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** How many lines are generated for each kind of identifier. */
const IDENTIFIERS_PER_KIND = 3

/** Reads the lines of a text file of this folder. */
function readLines(name: string): string[] {
  const text = readFileSync(new URL(name, import.meta.url), 'utf8')
  return text.split('\n').filter((line) => line !== '')
}

function toLine(kind: string, where: RedactionLine['where'], text: string): RedactionLine {
  return { id: `${kind}: ${text.trim()}`, text, secret: null, where }
}

/**
 * Returns lines without a secret, which must not change: sentences about keys and tokens as APIs, validators and databases
 * write them, messages of errors of installed libraries, and lines that only a log keeps, because they show where the
 * service runs or identify a caller.
 */
export function generateHarmlessLines(seed: number): RedactionLine[] {
  const random = new Random(seed)
  return [
    ...readLines('prose-lines.txt').map((text) => toLine('prose', 'both', text)),
    ...readLines('library-messages.txt').map((text) => toLine('library', 'both', text)),
    ...readLines('log-lines.txt').map((text) => toLine('log', 'log', text)),
    ...identifiers.flatMap(([kind, write]) =>
      Array.from({ length: IDENTIFIERS_PER_KIND }, () => toLine(kind, 'log', write(random))),
    ),
  ]
}
