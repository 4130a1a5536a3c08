import { createRandom } from './random.ts'
import type { Recording } from './recordings.ts'

/** Number of cuts at places that a seed determines, in a quick run. */
const SEEDED_CUTS = 20

const LF = 10
const CR = 13

/** Returns every number of bytes after which a recording can be cut: from none to all. */
export function listAllCuts({ bytes }: Recording): number[] {
  return Array.from({ length: bytes.length + 1 }, (_, cut) => cut)
}

/** Returns the cuts around line ends, those within characters, the first and the last. */
export function listNotableCuts({ bytes, lastEventEnd }: Recording): number[] {
  const cuts = [0, 1, lastEventEnd - 1, lastEventEnd, bytes.length - 1, bytes.length]
  for (const [index, byte] of bytes.entries()) {
    if (byte === LF || byte === CR) cuts.push(index, index + 1)
    if (isContinuation(byte)) cuts.push(index)
  }
  return sort(cuts)
}

/** Returns some cuts that a seed determines. */
export function listSeededCuts({ bytes }: Recording, seed: number): number[] {
  const random = createRandom(seed)
  return sort(Array.from({ length: SEEDED_CUTS }, () => Math.floor(random() * bytes.length)))
}

function sort(cuts: readonly number[]): number[] {
  return [...new Set(cuts)].toSorted((a, b) => a - b)
}

/** Returns whether a byte continues a character of several bytes, so that a cut before it divides the character. */
function isContinuation(byte: number): boolean {
  return byte >= 0x80 && byte < 0xc0
}
