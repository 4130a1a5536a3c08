const MOST_BYTES = 262_144
const MOST_TIME = 5000

/** The beginning of a response's body. What can't be read, takes too long or is too much is left out. */
export async function readBytes(response: Response, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const bytes = new Uint8Array(MOST_BYTES)
  let length = 0
  if (response.body === null || response.bodyUsed || response.body.locked) return bytes.subarray(0, 0)
  const reader = response.body.getReader()
  const { promise: late, resolve } = deferred()
  const timer = setTimeout(resolve, MOST_TIME)
  if (signal?.aborted === true) resolve()
  else signal?.addEventListener('abort', resolve)
  try {
    while (length < MOST_BYTES) {
      const part = await Promise.race([late, reader.read()])
      if (part === undefined || part.done) break
      const { value } = part
      bytes.set(value.subarray(0, MOST_BYTES - length), length)
      length = Math.min(MOST_BYTES, length + value.byteLength)
    }
  } catch {
    // A body that breaks off says what it has said so far.
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', resolve)
    // Nobody waits for the rest: a body without end is given up.
    reader.cancel().catch(() => {})
  }
  return bytes.subarray(0, length)
}

function deferred(): { promise: Promise<undefined>; resolve: () => void } {
  let resolve!: () => void
  const promise = new Promise<undefined>((done) => {
    resolve = () => done(undefined)
  })
  return { promise, resolve }
}
