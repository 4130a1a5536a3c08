import {
  defineEnvelope,
  resolveEnvelope,
  envelopes,
  errorClasses,
  problemDetailsWithBase,
  QuotaExceeded,
  RateLimitExceeded,
  type Envelope,
} from '@faultline/core'
import { describe, expect, test } from 'vitest'
import { exampleAnswers, getErrorDoc } from '@faultline/openapi'
import {
  errorDocuments,
  buildReference,
  toHtml,
  toMarkdown,
  type Reference,
  type ReferenceEntry,
} from '../src/index.ts'
import { envelope, markdown, OutOfCredits, page } from './snippets/reference.ts'
import { parseHtml, parseMarkdown } from './page.ts'

const modes: readonly (readonly [id: string, envelope: Envelope])[] = Object.keys(envelopes).flatMap((id) =>
  [id, `${id}:strict`].map((each) => [each, resolveEnvelope(each)] as const),
)

const listEntries = ({ groups }: Reference): ReferenceEntry[] => groups.flatMap(({ entries }) => entries)

describe.each(modes)('the reference of %s', (id, mode) => {
  const reference = buildReference(mode)
  const entries = listEntries(reference)

  test('includes every error once, under its wire code', () => {
    const codes = entries.flatMap((entry) => entry.errorTypes.map(({ code }) => code))
    expect(codes.toSorted()).toEqual(Object.keys(errorClasses).toSorted())
    expect(new Set(entries.map(({ code }) => code)).size).toBe(entries.length)
  })

  test('shows the sent response of each status', () => {
    const answers = exampleAnswers(mode)
    for (const { errorTypes, examples, statuses, message, headers } of entries) {
      expect(examples.map(({ status }) => status)).toEqual(statuses)
      for (const { errorCode, status, body } of examples) {
        const answer = answers.find(({ type }) => type.code === errorCode)!
        expect([status, body]).toEqual([answer.response.status, answer.body])
      }
      expect(errorTypes.map(({ status }) => status)).toEqual(expect.arrayContaining([...statuses]))
      expect(JSON.stringify(examples[0]!.body)).toContain(JSON.stringify(message))
      expect(headers.map(({ name }) => name)).toContain('X-Request-Id')
    }
  })

  test('describes every code, with a remedy that agrees with its retryability', () => {
    for (const { code, description, remedy, retryable, event, headers } of entries) {
      expect(
        [description, remedy].every((text) => /^[A-Z`]/.test(text)),
        code,
      ).toBe(true)
      expect(
        /Send it again|Retry|Wait until|Back off|retried|[Tt]ry again/.test(remedy) || !retryable,
        code,
      ).toBe(true)
      expect(event, code).toMatch(/^(?:event: error\n)?data: \{.*\}\n\n(?:(?:event: .+\n)?data: .+\n\n)?$/)
      expect(headers.filter((header) => header.description === '')).toEqual([])
    }
  })

  test('has an anchor for each code in both formats, and links to it', () => {
    const html = toHtml(reference)
    const text = toMarkdown(reference)
    for (const { code } of entries) {
      expect(html.split(`id="${code}"`)).toHaveLength(2)
      expect(html.split(`href="#${code}"`)).toHaveLength(4)
      expect(text.split(`<a id="${code}"></a>`)).toHaveLength(2)
      expect(text).toContain(`](#${code}) |`)
    }
    expect([...parseHtml(html).entries.keys()]).toEqual(entries.map(({ code }) => code))
    expect([...parseMarkdown(text).entries.keys()]).toEqual(entries.map(({ code }) => code))
  })

  test('lists the documented codes first, in their order, and in strict mode no others', () => {
    const documented = entries.filter(({ isDocumented }) => isDocumented)
    expect(entries.slice(0, documented.length)).toEqual(documented)
    const document = errorDocuments[mode.id]
    if (document !== undefined) {
      expect(documented.map(({ code }) => code)).toEqual(document.codes.map(({ wire }) => wire))
    }
    const isAll = documented.length === entries.length
    expect(isAll || reference.groups.at(-1)!.title === 'Beyond the document').toBe(true)
    if (id.endsWith(':strict')) expect(isAll).toBe(true)
  })
})

describe('several error classes that are sent as one code', () => {
  test('are listed with their differences', () => {
    const entry = listEntries(buildReference(envelopes.a15t)).find(({ code }) => code === 'invalid_request')!
    expect(entry.statuses).toEqual([400, 409])
    expect(entry.errorTypes[0]!.code).toBe('invalid_request')
    expect(entry.errorTypes.map(({ code }) => code)).toContain('conflict')
    expect(toMarkdown(buildReference(envelopes.a15t))).toContain(
      '`conflict`: The request conflicts with the current state of the resource. It has the status `409`.',
    )
  })

  test('are listed as exceptions if they differ in retryability', () => {
    const { groups } = buildReference(envelopes.google)
    expect(toMarkdown(buildReference(envelopes.google))).toContain(
      '- **Retry**: Yes, but `quota_exceeded` is not retryable.',
    )
    expect(
      groups.flatMap(({ entries }) => entries).find(({ code }) => code === 'RESOURCE_EXHAUSTED')!.retryable,
    ).toBe(true)
  })
})

describe('a custom error class', () => {
  class Undocumented extends QuotaExceeded {
    static override code = 'undocumented'
  }
  class PartlyDocumented extends OutOfCredits {
    static override code = 'partly_documented'
    static override description = 'A custom description.'
  }

  test('is documented by its statics, otherwise like its parent class', () => {
    expect(getErrorDoc(OutOfCredits)).toEqual({
      description: 'The account has no credits left.',
      remedy: 'Top up your account and send the request again.',
    })
    expect(getErrorDoc(Undocumented)).toBe(getErrorDoc(QuotaExceeded))
    expect(getErrorDoc(PartlyDocumented)).toEqual({
      description: 'A custom description.',
      remedy: OutOfCredits.remedy,
    })
  })

  test.each([7, '', ' ', null])('rejects the static remedy %j', (remedy) => {
    class Wrong extends RateLimitExceeded {
      static override code = 'wrong'
    }
    Object.assign(Wrong, { remedy })
    expect(() => getErrorDoc(Wrong)).toThrow(
      new TypeError(`class Wrong: static remedy must be a non-empty string, not ${JSON.stringify(remedy)}`),
    )
  })

  test('is included in the reference, as in the README', () => {
    for (const { entries, lead } of [parseHtml(page), parseMarkdown(markdown)]) {
      expect([...entries.keys()]).toEqual(['model_not_found', 'rate_limit_exceeded', 'out_of_credits'])
      const { text, bodies } = entries.get('out_of_credits')!
      expect(text).toContain(OutOfCredits.description)
      expect(text).toContain(OutOfCredits.remedy)
      expect(bodies).toMatchObject([{ type: 'https://docs.example/errors#out_of_credits', status: 402 }])
      expect(lead.text).toContain('Models API errors')
      expect(lead.text).toContain('https://api.example/v1/chat/completions')
    }
    expect(envelope.render(new OutOfCredits()).body).toMatchObject({
      type: 'https://docs.example/errors#out_of_credits',
    })
  })
})

describe('a custom envelope', () => {
  const pets = defineEnvelope({
    id: 'pets',
    codes: { missing: { status: 404 }, broken: { status: 500 }, unused: { status: 418 } },
    mapping: { default: 'broken', not_found: 'missing' },
    challenge: 'ApiKey header="X-Pet-Key"',
    renderBody: ({ code, message }) => ({ problem: { name: code }, text: message }),
    parseBody: ({ problem, text }) => ({ code: (problem as { name: string }).name, message: text as string }),
  })
  const document = {
    title: 'Pet errors',
    codes: [
      {
        wire: 'broken',
        status: 500,
        description: 'A cage broke.',
        remedy: 'Call the keeper.',
        retryable: true,
      },
      { wire: 'unused', status: 418, description: 'No server sends it.', group: 'Unused' },
    ],
    rules: ['pets are fed at noon'],
  }

  test('has a reference without a document', () => {
    const { codePaths, auth, title, groups } = buildReference(pets.strict)
    expect({ codePaths, auth, title }).toEqual({
      codePaths: ['problem.name'],
      auth: { header: 'X-Pet-Key' },
      title: 'pets',
    })
    expect(groups.map((group) => group.title)).toEqual(['404 Not Found', '500 Internal Server Error'])
  })

  test('has a reference with a document, which may list a code that is never sent', () => {
    const reference = buildReference(pets, { document })
    const { entries, lead } = parseHtml(toHtml(reference))
    expect([...entries.keys()].slice(0, 2)).toEqual(['broken', 'unused'])
    expect(entries.get('broken')).toMatchObject({ statuses: [500] })
    expect(entries.get('broken')!.facts.get('Retry')).toMatch(/^Yes/)
    expect(entries.get('broken')!.text).toMatch(/A cage broke\..*Call the keeper\./)
    expect(entries.get('unused')!.text).toMatch(/418 I'm a Teapot.*No server sends it\..*Unused/)
    expect(entries.get('unused')!.bodies).toEqual([])
    expect(lead.text).toContain('pets are fed at noon')
  })

  test('rejects the document of another envelope', () => {
    expect(() => buildReference(pets, { document: errorDocuments['compresr'] })).toThrow(
      new TypeError(
        'buildReference: the document lists "invalid_request", which the envelope pets does not define',
      ),
    )
  })
})

test.each(['', 'api.example.com', '/v1', 'https://api.example.com/?a', 'ftp://api.example.com'])(
  'buildReference rejects the base URL %j',
  (baseUrl) => {
    expect(() => buildReference(envelopes.openai, { baseUrl })).toThrow(
      /^buildReference: baseUrl must be an absolute/,
    )
  },
)

test('buildReference accepts an envelope id', () => {
  expect(buildReference('a15t:strict')).toEqual(buildReference(envelopes.a15t.strict))
})

test('buildReference rejects an unknown error', () => {
  expect(() => buildReference(envelopes.openai, { errors: ['nope' as never] })).toThrow(
    'Unknown error code "nope"',
  )
})

test('the anchor of a code is the fragment of its problem type', () => {
  const problems = problemDetailsWithBase('https://docs.example/errors')
  const html = toHtml(buildReference(problems))
  for (const [, hash] of html.matchAll(
    /&#34;type&#34;<\/span>: <span class="text">&#34;https:\/\/docs\.example\/errors#(\w+)&#34;/g,
  )) {
    expect(html).toContain(`<article class="entry" id="${hash}">`)
  }
})
