import type { ReferenceEntry } from './entry.ts'
import type { Reference } from './reference.ts'

/** A sentence, in pieces: plain ones, and names that are set as code. */
export type Sentence = readonly (string | { readonly code: string })[]

/** What is told under one term. */
export interface Told {
  readonly term: string
  readonly sentences: readonly Sentence[]
}

/** A sentence whose inserted pieces are code. */
function said(texts: TemplateStringsArray, ...codes: readonly (string | number)[]): Sentence {
  return texts.flatMap((text, at) => [
    ...(text === '' ? [] : [text]),
    ...(at < codes.length ? [{ code: String(codes[at]) }] : []),
  ])
}

/** A text in which code stands between backticks, as it does in OpenAPI's descriptions. */
export function marked(text: string): Sentence {
  return text
    .split(/`([^`\n]+)`/)
    .flatMap((piece, at) => (piece === '' ? [] : [at % 2 === 0 ? piece : { code: piece }]))
}

/** How an answer is read, whatever failed. */
export function readingOf(reference: Reference): Told[] {
  const { codePaths, codeLabel, codeByStatus, requestIdPath, auth, contentType, statuses, format } = reference
  const [first, ...others] = codePaths
  const scheme = auth.scheme === undefined ? '' : `${auth.scheme} `
  return [
    { term: 'Format', sentences: [[`${format}.`], said`Every failure is answered as ${contentType}.`] },
    {
      term: 'Code',
      sentences: [
        first === undefined
          ? ['A body has no code: the status tells.']
          : said`What failed is told by the ${codeLabel ?? first.split('.').at(-1)!}, which a body has as ${first}.`,
        ...others.map((path) => said`Where that is no text, it is ${path}.`),
        ...Object.entries(codeByStatus).map(
          ([status, code]) => said`Of a body that has none, the status tells: ${status} is ${code}.`,
        ),
        ['Decide by the code, not by the message: messages are for people, and may change.'],
      ],
    },
    { term: 'Key', sentences: [said`It is sent as ${`${auth.header}: ${scheme}KEY`}.`] },
    {
      term: 'Request id',
      sentences: [
        requestIdPath === undefined
          ? said`Every answer has one in ${'X-Request-Id'}. Name it when you report a failure.`
          : said`Every answer has one in ${'X-Request-Id'}, and as ${requestIdPath}. Name it when you report a failure.`,
      ],
    },
    {
      term: 'Retries',
      sentences: [
        said`Try again only what is marked so below, with growing pauses, and not before ${'Retry-After'} is over.`,
      ],
    },
    {
      term: 'Streams',
      sentences: [
        [
          'Once a stream has begun its status is sent: a failure is then the last event, as each code shows it.',
        ],
      ],
    },
    {
      term: 'Statuses',
      sentences: [
        statuses.flatMap(({ status, text }, at) => [
          ...(at === 0 ? [] : [', ']),
          { code: String(status) },
          ` ${text}`,
        ]),
      ],
    },
  ]
}

/** Whether to try again, and of which kinds the contrary holds. */
export function retryOf({ retryable, kinds }: ReferenceEntry): Sentence {
  const others = kinds.filter((kind) => kind.retryable !== retryable)
  const answer = retryable ? 'Yes' : 'No'
  if (others.length === 0) return [retryable ? `${answer}.` : `${answer}: the same request fails again.`]
  return [
    `${answer}, but `,
    ...others.flatMap(({ code }, at) => [...(at === 0 ? [] : [', ']), { code }]),
    retryable ? ' does not pass by itself.' : ' may pass by itself.',
  ]
}

/** What an entry's kinds say that it does not say itself; none where its only kind is the code itself. */
export function kindsOf({ kinds, code, message, statuses }: ReferenceEntry): Told[] {
  if (kinds.length === 1 && kinds[0]!.code === code.toLowerCase()) return []
  return kinds.map((kind) => ({
    term: kind.code,
    sentences: [
      marked(kind.description),
      ...(kind.status === statuses[0] ? [] : [said`It has the status ${kind.status}.`]),
      ...(kind.message === message ? [] : [[`Its message is “${kind.message}”.`]]),
    ],
  }))
}
