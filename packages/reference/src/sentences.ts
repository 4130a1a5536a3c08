import type { RetryPolicy } from '@faultline/core'
import { isUnprocessed, UNPROCESSED_STATUSES } from './client-examples/action.ts'
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
    { term: 'Retries', sentences: describeRetryPolicy(reference.retryPolicy) },
    {
      term: 'Messages',
      sentences: [
        [
          'A message of another provider is passed on only if the request caused the error, and without secrets.',
        ],
        [
          'For a failure of the provider itself, and for its rate limits (429 and 5xx), the message is the API’s own.',
        ],
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

/** Describes when to retry, how often and after which delays. */
function describeRetryPolicy(policy: RetryPolicy): Sentence[] {
  const { statuses, maxAttempts, maxAttemptsByStatus = {}, delays, reason } = policy
  return [
    statuses === undefined
      ? ['Retry only errors marked as retryable.']
      : ['Retry only the statuses ', ...joinCodes(statuses), '.'],
    ...(maxAttempts === undefined ? [] : [[`Make at most ${maxAttempts} attempts, including the first.`]]),
    ...Object.entries(maxAttemptsByStatus).map(
      ([status, count]) => sentence`After ${status}, make at most ${count} attempts, including the first.`,
    ),
    delays === undefined
      ? ['Wait longer after each attempt (exponential backoff with jitter).']
      : [`Wait at least ${delays.map((delay) => `${delay} s`).join(', then ')} between attempts.`],
    sentence`Never retry before ${'Retry-After'}; it is a minimum.`,
    [
      'The server may have executed a request that fails with a status other than ',
      ...joinCodes(UNPROCESSED_STATUSES),
      '. Repeat such a POST only if executing it twice does no harm.',
    ],
    ...(reason === undefined ? [] : [[`The document says: ${reason}.`]]),
  ]
}

function joinCodes(values: readonly (string | number)[]): Sentence {
  return values.flatMap((value, index) => [
    ...(index === 0 ? [] : [index === values.length - 1 ? ' and ' : ', ']),
    { code: String(value) },
  ])
}

/** Describes whether to retry, and the error classes that differ from the code. */
export function describeRetry(entry: ReferenceEntry): Sentence {
  const { retryable, maxAttempts, errorTypes } = entry
  const exceptions = errorTypes.filter((type) => type.retryable !== retryable)
  if (exceptions.length === 0) {
    if (!retryable) return ['No; sending the same request again fails again.']
    return [
      isUnprocessed(entry) ? 'Yes' : 'Yes, if executing the request twice does no harm',
      ...(maxAttempts === undefined ? ['.'] : [`; at most ${maxAttempts} attempts, including the first.`]),
    ]
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
