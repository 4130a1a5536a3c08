/** Marks a Node.js response across installed copies of this package. */
const ANSWERED = Symbol.for('faultline.answeredOnSocket')

/**
 * Marks a Node.js response whose request failed to parse midway. The error was sent on the socket and reported to
 * `onError`; errors that its handler throws later are ignored.
 */
export function markAnsweredOnSocket(response: object): void {
  Object.defineProperty(response, ANSWERED, { value: true })
}

/** Returns whether the error of a response's request was already sent on its socket. */
export function isAnsweredOnSocket(response: object): boolean {
  return ANSWERED in response
}
