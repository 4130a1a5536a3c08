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
import { getErrorDoc } from '@faultline/openapi'
import {
  errorDocuments,
  buildReference,
  toHtml,
  toMarkdown,
  type Reference,
  type ReferenceEntry,
} from '../src/index.ts'
import { exampleResponse, bodyOf } from '@faultline/openapi'
import { envelope, markdown, OutOfCredits, page } from './snippets/reference.ts'
import { readHtml, readMarkdown } from './page.ts'

const modes: readonly (readonly [id: string, envelope: Envelope])[] = Object.keys(envelopes).flatMap((id) =>
  [id, `${id}:strict`].map((each) => [each, resolveEnvelope(each)] as const),
)

const entriesOf = ({ groups }: Reference): ReferenceEntry[] => groups.flatMap(({ entries }) => entries)

describe.each(modes)('the reference of %s', (id, of) => {
  const reference = buildReference(of)
  const entries = entriesOf(reference)

  test('tells of every error once, under the code that clients see', () => {
    const kinds = entries.flatMap((entry) => entry.kinds.map(({ code }) => code))
    expect(kinds.toSorted()).toEqual(Object.keys(errorClasses).toSorted())
    expect(new Set(entries.map(({ code }) => code)).size).toBe(entries.length)
  })

  test('shows what a server sends, of each status', () => {
    for (const { kinds, samples, statuses, message, headers } of entries) {
      expect(samples.map(({ status }) => status)).toEqual(statuses)
      for (const { kind, status, body } of samples) {
        const answer = exampleResponse(of, errorClasses[kind as keyof typeof errorClasses])
        expect([status, body]).toEqual([answer.status, bodyOf(answer)])
      }
      expect(kinds.map(({ status }) => status)).toEqual(expect.arrayContaining([...statuses]))
      expect(JSON.stringify(samples[0]!.body)).toContain(JSON.stringify(message))
      expect(headers.map(({ name }) => name)).toContain('X-Request-Id')
    }
  })

  test('says what everything means and what to do, and of a retry the same throughout', () => {
    for (const { code, description, remedy, retryable, event, headers } of entries) {
      expect(
        [description, remedy].every((text) => /^[A-Z]/.test(text)),
        code,
      ).toBe(true)
      expect(
        /[Tt]ry again|Send it again|Retry|Let one end|Back off|retried/.test(remedy) || !retryable,
        code,
      ).toBe(true)
      expect(event, code).toMatch(/^(?:event: error\n)?data: \{.*\}\n\n$/)
      expect(headers.filter(({ means }) => means === '')).toEqual([])
    }
  })

  test('has an anchor for each code in both formats, and leads to it', () => {
    const html = toHtml(reference)
    const text = toMarkdown(reference)
    for (const { code } of entries) {
      expect(html.split(`id="${code}"`)).toHaveLength(2)
      expect(html.split(`href="#${code}"`)).toHaveLength(4)
      expect(text.split(`<a id="${code}"></a>`)).toHaveLength(2)
      expect(text).toContain(`](#${code}) |`)
    }
    expect([...readHtml(html).entries.keys()]).toEqual(entries.map(({ code }) => code))
    expect([...readMarkdown(text).entries.keys()]).toEqual(entries.map(({ code }) => code))
  })

  test('has what the document lists first, in its order, and in strict mode nothing else', () => {
    const documented = entries.filter(({ isDocumented }) => isDocumented)
    expect(entries.slice(0, documented.length)).toEqual(documented)
    const document = errorDocuments[of.id]
    if (document !== undefined) {
      expect(documented.map(({ code }) => code)).toEqual(document.codes.map(({ wire }) => wire))
    }
    const isAll = documented.length === entries.length
    expect(isAll || reference.groups.at(-1)!.title === 'Beyond the document').toBe(true)
    if (id.endsWith(':strict')) expect(isAll).toBe(true)
  })
})

describe('several kinds that are sent as one code', () => {
  test('are told apart as far as they differ', () => {
    const entry = entriesOf(buildReference(envelopes.a15t)).find(({ code }) => code === 'invalid_request')!
    expect(entry.statuses).toEqual([400, 409])
    expect(entry.kinds[0]!.code).toBe('invalid_request')
    expect(entry.kinds.map(({ code }) => code)).toContain('conflict')
    expect(toMarkdown(buildReference(envelopes.a15t))).toContain(
      '`conflict`: The request collides with what is there. It has the status `409`.',
    )
  })

  test('of which only some can be tried again say so', () => {
    const { groups } = buildReference(envelopes.humanloop)
    expect(toMarkdown(buildReference(envelopes.humanloop))).toContain(
      '- **Retry**: Yes, but `quota_exceeded` does not pass by itself.',
    )
    expect(
      groups.flatMap(({ entries }) => entries).find(({ code }) => code === 'rate_limit_error')!.retryable,
    ).toBe(true)
  })
})

describe('an error of one’s own', () => {
  class Plain extends QuotaExceeded {
    static override code = 'plain'
  }
  class Half extends OutOfCredits {
    static override code = 'half'
    static override description = 'Half of it is its own.'
  }

  test('says what it means by its statics, else as the class above it does', () => {
    expect(getErrorDoc(OutOfCredits)).toEqual({
      description: 'The account has no credits left.',
      remedy: 'Top up, and send the request again.',
    })
    expect(getErrorDoc(Plain)).toBe(getErrorDoc(QuotaExceeded))
    expect(getErrorDoc(Half)).toEqual({ description: 'Half of it is its own.', remedy: OutOfCredits.remedy })
  })

  test.each([7, '', ' ', null])('can’t say %j', (todo) => {
    class Wrong extends RateLimitExceeded {
      static override code = 'wrong'
    }
    Object.assign(Wrong, { remedy: todo })
    expect(() => getErrorDoc(Wrong)).toThrow(
      new TypeError(`class Wrong: static remedy must be a text, not ${JSON.stringify(todo)}`),
    )
  })

  test('is in the reference like any other, the README’s among them', () => {
    for (const { entries, lead } of [readHtml(page), readMarkdown(markdown)]) {
      expect([...entries.keys()]).toEqual(['model_not_found', 'rate_limit_exceeded', 'out_of_credits'])
      const { text, bodies } = entries.get('out_of_credits')!
      expect(text).toContain(OutOfCredits.description)
      expect(text).toContain(OutOfCredits.remedy)
      expect(bodies).toMatchObject([{ type: 'https://docs.example/errors#out_of_credits', status: 402 }])
      expect(lead.text).toContain('Errors of the Models API')
      expect(lead.text).toContain('https://api.example/v1/chat/completions')
    }
    expect(envelope.render(new OutOfCredits()).body).toMatchObject({
      type: 'https://docs.example/errors#out_of_credits',
    })
  })
})

describe('an envelope of one’s own', () => {
  const pets = defineEnvelope({
    id: 'pets',
    codes: { missing: { status: 404 }, broken: { status: 500 }, unused: { status: 418 } },
    mapping: { default: 'broken', not_found: 'missing' },
    challenge: 'ApiKey header="X-Pet-Key"',
    renderBody: ({ code, message }) => ({ problem: { name: code }, said: message }),
    parseBody: ({ problem, said }) => ({ code: (problem as { name: string }).name, message: said as string }),
  })
  const document = {
    title: 'Errors of pets',
    codes: [
      {
        wire: 'broken',
        status: 500,
        description: 'A cage broke.',
        recover: 'Call the keeper.',
        retryable: true,
      },
      { wire: 'unused', status: 418, description: 'Nobody sends it.', group: 'Odd ones' },
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

  test('has one with a document, which may list what nobody sends', () => {
    const reference = buildReference(pets, { document })
    const { entries, lead } = readHtml(toHtml(reference))
    expect([...entries.keys()].slice(0, 2)).toEqual(['broken', 'unused'])
    expect(entries.get('broken')).toMatchObject({ statuses: [500] })
    expect(entries.get('broken')!.told.get('Retry')).toMatch(/^Yes/)
    expect(entries.get('broken')!.text).toMatch(/A cage broke\..*Call the keeper\./)
    expect(entries.get('unused')!.text).toMatch(/418 I'm a Teapot.*Nobody sends it\..*Odd ones/)
    expect(entries.get('unused')!.bodies).toEqual([])
    expect(lead.text).toContain('pets are fed at noon')
  })

  test('can’t have one with the document of another', () => {
    expect(() => buildReference(pets, { document: errorDocuments['compresr'] })).toThrow(
      new TypeError('buildReference: the document lists "invalid_request", which the envelope pets does not'),
    )
  })
})

test.each(['', 'api.example.com', '/v1', 'https://api.example.com/?a', 'ftp://api.example.com'])(
  'there is no API at %j',
  (baseUrl) => {
    expect(() => buildReference(envelopes.openai, { baseUrl })).toThrow(
      /^buildReference: baseUrl must be an absolute/,
    )
  },
)

test('an envelope goes by its id, too', () => {
  expect(buildReference('a15t:strict')).toEqual(buildReference(envelopes.a15t.strict))
})

test('what is no error is refused', () => {
  expect(() => buildReference(envelopes.openai, { errors: ['nope' as never] })).toThrow(
    'There is no error "nope"',
  )
})

test('a code’s anchor is the fragment of its problem’s type', () => {
  const at = problemDetailsWithBase('https://docs.example/errors')
  const html = toHtml(buildReference(at))
  for (const [, hash] of html.matchAll(
    /&#34;type&#34;<\/span>: <span class="text">&#34;https:\/\/docs\.example\/errors#(\w+)&#34;/g,
  )) {
    expect(html).toContain(`<article class="entry" id="${hash}">`)
  }
})
