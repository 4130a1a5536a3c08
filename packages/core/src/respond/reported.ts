/** The thrown values that were reported for an exchange. A registered symbol is shared by all installed copies. */
const REPORTED = Symbol.for('faultline.reported')

/**
 * Records that a thrown value is reported for an exchange. Handlers may pass the same value on several times.
 *
 * @param exchange The object that identifies the exchange; undefined if there is none.
 * @returns Whether the value was not reported before.
 */
export function markReported(
  exchange: (object & { [REPORTED]?: unknown[] }) | undefined,
  thrown: unknown,
): boolean {
  if (exchange === undefined) return true
  const reported = exchange[REPORTED]
  if (reported === undefined) {
    exchange[REPORTED] = [thrown]
    return true
  }
  if (reported.includes(thrown)) return false
  reported.push(thrown)
  return true
}
