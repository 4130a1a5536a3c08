/**
 * Creates a generator of numbers from 0 to 1 that a seed determines (mulberry32), so that every run cuts and splits at the
 * same places.
 */
export function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Splits bytes at places that a seed determines, also within a character. No piece is empty. */
export function splitBytes(bytes: Uint8Array, seed: number, meanSize: number): Uint8Array[] {
  const random = createRandom(seed)
  const pieces: Uint8Array[] = []
  for (let start = 0; start < bytes.length;) {
    const end = start + 1 + Math.floor(random() * 2 * meanSize)
    pieces.push(bytes.subarray(start, end))
    start = end
  }
  return pieces
}
