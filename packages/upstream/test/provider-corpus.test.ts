import { readFileSync } from 'node:fs'
import { isErrorCode } from '@faultline/core'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { readCorpus, type CorpusCase } from '../corpus/cases.ts'
import { judge, type Misses } from '../corpus/judge.ts'

const readJson = (file: string): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(`../corpus/${file}`, import.meta.url), 'utf8'))

const cases = readCorpus().map((line) => line.case)
const ids = cases.map(({ id }) => id)
const knownMisses = readJson('known-misses.json') as Record<string, Misses>
const validate = new Ajv2020({ allowUnionTypes: true, strictRequired: false }).compile(
  readJson('case.schema.json'),
)

/** Keys of providers. The key of AWS's documentation is public. */
const KEYS =
  /\b(?:sk-(?!ant\b)[\w-]{16,}|sk-ant-[\w-]{8,}|gsk_\w{8,}|hf_\w{16,}|xai-(?!presence)\w{8,}|pplx-\w{8,}|r8_\w{8,}|gh[pousr]_\w{8,}|AIza[\w-]{20,}|AKIA(?!IOSFODNN7EXAMPLE)\w{16}|eyJ[\w-]{10,}\.[\w-]{10,})/g

/** E-mail addresses, except those of domains for examples. */
const ADDRESSES = /[\w.+-]+@(?!example\.(?:com|org)\b)[\w-]+\.[a-z]{2,}/gi

/** Ids of organizations, users and teams. */
const ACCOUNTS =
  /\b(?:org|user|ak|team)[-_][A-Za-z0-9]{12,}|\bteam\/[\da-f-]{30,}|\borganization \([\da-f-]{30,}/g

/** A part of every synthetic id. */
const SYNTHETIC = /0000|AAAA|0123456789|0a1b2c|0f0f0f/

/** Returns the wanted codes of a case. */
function listCodes({ want }: CorpusCase): readonly string[] {
  const { upstream, client, readEvents = [] } = want
  return [upstream, client]
    .flatMap((codes) => [...(codes?.best ?? []), ...(codes?.ok ?? [])])
    .concat(readEvents)
}

/** Codes that are wanted of a client: those of the envelopes, which are not all codes of the taxonomy. */
const CLIENT_CODES: ReadonlySet<string> = new Set(['(none)', 'provider_disconnected'])

describe('a line of the corpus', () => {
  test.each(cases)('$id matches the schema', (corpusCase) => {
    validate(corpusCase)
    expect(validate.errors).toBeNull()
  })

  test.each(cases)('$id wants codes of the taxonomy', (corpusCase) => {
    expect(listCodes(corpusCase).filter((code) => !isErrorCode(code) && !CLIENT_CODES.has(code))).toEqual([])
  })

  test.each(cases)('$id contains no key, address or account of a person or an organization', (corpusCase) => {
    const text = JSON.stringify(corpusCase)
    const accounts = (text.match(ACCOUNTS) ?? []).filter((id) => !SYNTHETIC.test(id))
    expect([...(text.match(KEYS) ?? []), ...(text.match(ADDRESSES) ?? []), ...accounts]).toEqual([])
  })

  test.each(cases)(
    '$id contains the parts that may pass and those that may not',
    ({ body, events, want }) => {
      const text = body ?? events ?? ''
      const decoded = text + text.replaceAll(/\\+(["'/])/g, '$1').replaceAll(/\\+[nt]/g, '\n')
      const missing = [...(want.mayPass ?? []), ...(want.mayNotPass ?? [])].filter(
        (part) => !decoded.includes(part),
      )
      expect(missing).toEqual([])
    },
  )
})

test('each id is unique', () => {
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
})

test('the list of known misses names existing cases only', () => {
  expect(Object.keys(knownMisses).filter((id) => !ids.includes(id))).toEqual([])
})

test.each(cases)('$id has the wanted results, apart from its known misses', async (corpusCase) => {
  expect(await judge(corpusCase)).toEqual(knownMisses[corpusCase.id] ?? {})
})
