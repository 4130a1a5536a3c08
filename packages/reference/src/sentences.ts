import type { ReferenceEntry } from './entry.ts'
import type { Reference } from './reference.ts'

/** A sentence as a list of text and code. */
export type Sentence = readonly (string | { readonly code: string })[]

/** A term, and the sentences that describe it. */
export interface Definition {
  readonly term: string
  readonly sentences: readonly Sentence[]
}

/** Template tag that creates a sentence. Interpolated values become code. */
function sentence(strings: TemplateStringsArray, ...codes: readonly (string | number)[]): Sentence {
  return strings.flatMap((text, index) => [
    ...(text === '' ? [] : [text]),
    ...(index < codes.length ? [{ code: String(codes[index]) }] : []),
  ])
}

/** Parses text with code in backticks, the format of descriptions in OpenAPI. */
export function parseBackticks(text: string): Sentence {
  return text
    .split(/`([^`\n]+)`/)
    .flatMap((piece, index) => (piece === '' ? [] : [index % 2 === 0 ? piece : { code: piece }]))
}

/** Describes how to read an error response of the API. */
export function describeResponses(reference: Reference): Definition[] {
  const { requestIdPath, auth, contentType, statuses, format } = reference
  const scheme = auth.scheme === undefined ? '' : `${auth.scheme} `
  return [
    { term: 'Format', sentences: [[`${format}.`], sentence`Errors are sent as ${contentType}.`] },
    { term: 'Code', sentences: describeCode(reference) },
    { term: 'Key', sentences: [sentence`Send it as ${`${auth.header}: ${scheme}KEY`}.`] },
    {
      term: 'Request id',
      sentences: [
        requestIdPath === undefined
          ? sentence`Every response carries one in ${'X-Request-Id'}.`
          : sentence`Every response carries one in ${'X-Request-Id'} and in ${requestIdPath}.`,
        ['Include it in bug reports.'],
      ],
    },
    {
      term: 'Retries',
      sentences: [
        sentence`Retry only errors marked as retryable, with exponential backoff and never before ${'Retry-After'}.`,
      ],
    },
    {
      term: 'Streams',
      sentences: [
        [
          'After a stream has started the status cannot change; the error is sent as the last event (shown for each code).',
        ],
      ],
    },
    {
      term: 'Statuses',
      sentences: [
        statuses.flatMap(({ status, text }, index) => [
          ...(index === 0 ? [] : [', ']),
          { code: String(status) },
          ` ${text}`,
        ]),
      ],
    },
  ]
}

function describeCode({ codePaths, codeLabel, codeByStatus }: Reference): Sentence[] {
  const [first, ...others] = codePaths
  return [
    first === undefined
      ? ['The body has no code; use the HTTP status.']
      : codeLabel === undefined || first.split('.').includes(codeLabel)
        ? sentence`The error code is in ${first}.`
        : sentence`The error code (${codeLabel}) is in ${first}.`,
    ...others.map((path) => sentence`If that is not a string, use ${path}.`),
    ...Object.entries(codeByStatus).map(
      ([status, code]) => sentence`Without a code, use the status: ${status} means ${code}.`,
    ),
    ['Branch on the code, not on the message; messages may change.'],
  ]
}

/** Describes whether to retry, and the error classes that differ from the code. */
export function describeRetry({ retryable, errorTypes }: ReferenceEntry): Sentence {
  const exceptions = errorTypes.filter((type) => type.retryable !== retryable)
  if (exceptions.length === 0) {
    return [retryable ? 'Yes.' : 'No; sending the same request again fails again.']
  }
  const verb = exceptions.length === 1 ? 'is' : 'are'
  return [
    retryable ? 'Yes, but ' : 'No, but ',
    ...exceptions.flatMap(({ code }, index) => [...(index === 0 ? [] : [', ']), { code }]),
    retryable ? ` ${verb} not retryable.` : ` ${verb} retryable.`,
  ]
}

/** Describes the error classes of an entry. Empty if the only class has the name of the code. */
export function describeErrorTypes({ errorTypes, code, message, statuses }: ReferenceEntry): Definition[] {
  const [only, ...others] = errorTypes
  if (others.length === 0 && only?.code === code.toLowerCase()) return []
  return errorTypes.map((type) => ({
    term: type.code,
    sentences: [
      parseBackticks(type.description),
      ...(type.status === statuses[0] ? [] : [sentence`It has the status ${type.status}.`]),
      ...(type.message === message ? [] : [[`Its message is “${type.message}”.`]]),
    ],
  }))
}
