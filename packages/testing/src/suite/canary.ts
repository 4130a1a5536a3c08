/** Part of requests and of thrown values. A response that contains it has leaked them. */
export const CANARY = 'planted'

/** The canary and an address of a private network, which must not occur in a response either. */
export const CANARY_ADDRESS = `${CANARY}-10.0.0.5`

/** Creates an error whose message is the canary. */
export function createCanaryError(): Error {
  return new Error(CANARY)
}
