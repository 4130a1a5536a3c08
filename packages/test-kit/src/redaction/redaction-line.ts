/** A line of text for the test of redaction. */
export interface RedactionLine {
  readonly id: string
  readonly text: string
  /** The part that must be removed. Null for a harmless line, which must not change. */
  readonly secret: string | null
  /** The policies that the line applies to. */
  readonly where: 'log' | 'wire' | 'both'
}

/** Returns whether a line applies to a policy. */
export function appliesTo({ where }: RedactionLine, policy: 'log' | 'wire'): boolean {
  return where === 'both' || where === policy
}
