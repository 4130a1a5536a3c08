import type { ApiError } from '../errors/api-error.ts'
import type { ApiRequest } from '../http/request.ts'
import type { LocalizedMessage } from './extended-definition.ts'
import { fillMessage, type MessageTable } from './fill-message.ts'

/**
 * Returns the language to send: the lookup of RFC 4647, section 3.4, for the ranges of an Accept-Language header (RFC 9110,
 * section 12.5.4). A range `de-CH` also selects `de`.
 *
 * @param acceptLanguage Value of the header, if the request has one.
 * @param languages Language tags. The first is the default.
 */
export function negotiateLanguage<Language extends string>(
  acceptLanguage: string | undefined,
  languages: readonly [Language, ...Language[]],
): Language {
  const [defaultLanguage] = languages
  for (const range of parseRanges(acceptLanguage ?? '')) {
    if (range === '*') return defaultLanguage
    for (let tag = range; tag !== ''; tag = truncate(tag)) {
      const language = languages.find((candidate) => candidate.toLowerCase() === tag)
      if (language !== undefined) return language
    }
  }
  return defaultLanguage
}

/**
 * Creates the option `messages` of `extendEnvelope` from one table per language. The request's Accept-Language selects the
 * table. An error without a message there has the one of the first table, otherwise that of the base envelope. The message
 * option of an error takes precedence.
 *
 * @param tables Tables by language tag. The first is the default.
 * @throws TypeError if there is no table.
 */
export function messagesByLanguage(
  tables: Readonly<Record<string, MessageTable>>,
): (error: ApiError, request: ApiRequest | undefined) => LocalizedMessage | undefined {
  const [first, ...others] = Object.keys(tables)
  if (first === undefined) throw new TypeError('messagesByLanguage: pass at least one table of messages')
  return (error, request) => {
    const preferred = negotiateLanguage(request?.header('accept-language'), [first, ...others])
    for (const language of [preferred, first]) {
      const text = fillMessage(tables[language] ?? {}, error)
      if (text !== undefined) return { text, language }
    }
    return undefined
  }
}

/** Returns the ranges with a weight above 0, in lower case, by weight. Invalid weights count as 1. */
function parseRanges(header: string): string[] {
  const ranges = header.split(',', 50).map((item) => {
    const [range = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase())
    const weight = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1)
    return { range, weight: Number.isNaN(weight) ? 1 : weight }
  })
  return ranges
    .filter(({ range, weight }) => range !== '' && weight > 0)
    .toSorted((a, b) => b.weight - a.weight)
    .map(({ range }) => range)
}

/** Removes the last subtag, and a single letter or digit before it, which would introduce it (RFC 4647, section 3.4). */
function truncate(tag: string): string {
  return tag.replace(/(?:^|-)[^-]*$/, '').replace(/-[^-]$/, '')
}
