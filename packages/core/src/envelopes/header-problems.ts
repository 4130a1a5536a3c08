import { describeValue } from '../errors/describe-value.ts'
import { isHeaderText } from '../http/headers.ts'

/** Describes each member of an envelope, or of its definition, that cannot be sent as the value of a header. */
export function* findHeaderProblems(members: {
  readonly challenge: unknown
  readonly contentType: unknown
}): Generator<string> {
  for (const name of ['challenge', 'contentType'] as const) {
    const value = members[name]
    if (!isHeaderText(value))
      yield `${name} must be a non-empty string of printable ISO 8859-1 characters, the value of a header, not ${describeValue(value)}`
  }
}
