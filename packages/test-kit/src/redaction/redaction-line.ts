/** A line of text for the test of redaction. */
export interface RedactionLine {
  readonly id: string
  readonly text: string
  /** The part that must be removed. Null for a harmless line, which must not change. */
  readonly secret: string | null
  /** The policies that the line applies to. */
  readonly where: 'log' | 'wire' | 'both'
}
