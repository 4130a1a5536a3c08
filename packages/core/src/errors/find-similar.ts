/** Finds the name that a misspelled one probably stands for: at most two edits away, ignoring case. */
export function findSimilar(name: string, knownNames: readonly string[]): string | undefined {
  for (const maxEdits of [1, 2]) {
    const similar = knownNames.find((known) => isWithin(maxEdits, name.toLowerCase(), known.toLowerCase()))
    if (similar !== undefined) return similar
  }
  return undefined
}

/** Returns whether the Levenshtein distance of two strings is at most `maxEdits`. */
function isWithin(maxEdits: number, from: string, to: string): boolean {
  if (from === to) return true
  if (from[0] !== undefined && from[0] === to[0]) return isWithin(maxEdits, from.slice(1), to.slice(1))
  if (maxEdits === 0) return false
  const [fromRest, toRest] = [from.slice(1), to.slice(1)]
  const edits = [
    [fromRest, toRest],
    [fromRest, to],
    [from, toRest],
  ] as const
  return edits.some(([editedFrom, editedTo]) => isWithin(maxEdits - 1, editedFrom, editedTo))
}
