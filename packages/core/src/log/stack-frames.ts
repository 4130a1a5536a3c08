import { getProcess } from './runtime.ts'

/** A frame of a package, of the runtime, or without a place in a file. */
const FOREIGN_FRAME = /[\\/]node_modules[\\/]|\bnode:|\(<anonymous>\)|^at async Promise\./

/**
 * Returns the frames of a stack that show the application's code: without packages and the runtime. Paths below the working
 * directory are relative. If no such frame exists, returns the first frame.
 *
 * @returns Lines such as `at loadOrder (src/orders.ts:12:19)`.
 */
export function getOwnFrames(stack: string | undefined): string[] {
  const folder = getProcess()?.cwd?.()
  const frames = (stack?.match(/^\s+at .+$/gm) ?? []).map((line) => {
    const frame = line.trim().replace('file://', '')
    return folder === undefined ? frame : frame.replace(`${folder}/`, '')
  })
  const ownFrames = frames.filter((frame) => !FOREIGN_FRAME.test(frame))
  return ownFrames.length === 0 ? frames.slice(0, 1) : ownFrames
}
