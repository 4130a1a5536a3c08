/** Where a code's anchor leads, in a link. Its `id` is the code itself; this is what `problemDetailsWithBase` sends. */
export function linkTo(wire: string): string {
  return `#${encodeURIComponent(wire.toWellFormed()).replaceAll(/[()'*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)}`
}
