const MAX_DISTANCE = 2

/** Finds the name that was probably meant by a misspelled one: at most two edits away, ignoring case. */
export function findSimilar(name: string, knownNames: Iterable<string>): string | undefined {
  let closest: string | undefined
  let shortest = MAX_DISTANCE + 1
  for (const knownName of knownNames) {
    const distance = editDistance(name.toLowerCase(), knownName.toLowerCase())
    if (distance < shortest) [closest, shortest] = [knownName, distance]
  }
  return closest
}

/** Returns the Levenshtein distance; a number above MAX_DISTANCE if the lengths differ by more. */
function editDistance(from: string, to: string): number {
  if (Math.abs(from.length - to.length) > MAX_DISTANCE) return MAX_DISTANCE + 1
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i++) {
    const current = [i]
    for (let j = 1; j <= to.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1)
      current.push(Math.min(substitution, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[to.length] ?? 0
}
