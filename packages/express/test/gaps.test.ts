import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { coverage, titles } from './gaps.ts'
import { masterRows } from './master-rows.ts'
import { falsy, values } from './thrown-values.ts'

const sections = { ...masterRows, reject: masterRows.throw }

const rows = Object.entries(sections).flatMap(([section, names]) => names.map((name) => `${section}/${name}`))

const gaps = Object.entries(coverage).flatMap(([row, covered]) =>
  'gap' in covered ? [{ row, ...covered }] : [],
)

const thrownNames = new Set([...values, ...falsy].map(({ name }) => name))

const sources = new Map<string, string>()

function sourceOf(file: string): string {
  const source = sources.get(file) ?? readFileSync(new URL(file, import.meta.url), 'utf8')
  sources.set(file, source)
  return source
}

describe('every row of the master table', () => {
  test('is tested or is a gap, and there are no others', () => {
    expect(Object.keys(coverage).toSorted()).toEqual(rows.toSorted())
    expect(new Set(rows).size).toBe(rows.length)
  })

  test('is named where it is tested', () => {
    const unnamed = Object.entries(coverage).filter(([row, covered]) => {
      if ('gap' in covered) return false
      const [section, name] = row.split('/') as [string, string]
      if (covered.test === 'thrown.test.ts') return !thrownNames.has(name)
      const title = section === 'express' ? titles[name]! : name
      // As a case's name, or as the beginning of a title; `upgrade-%s` and the like are filled in from a list.
      const [stem = '', rest = ''] = title.startsWith('upgrade-') ? title.split('-') : []
      const isListed = stem !== '' && sourceOf(covered.test).includes(`'${rest}'`)
      return !isListed && !['', ':', ' '].some((end) => sourceOf(covered.test).includes(`'${title}${end}`))
    })
    expect(unnamed).toEqual([])
  })
})

describe('gaps', () => {
  test('are few, and each has a reason', () => {
    const reasons = new Set(gaps.map(({ gap }) => gap))
    console.info(`Gaps: ${gaps.length} of ${rows.length} rows, for ${reasons.size} reasons`)
    expect(gaps.length).toBeLessThanOrEqual(31)
    expect(reasons.size).toBeLessThanOrEqual(8)
    for (const reason of reasons) expect(reason).toMatch(/^[A-Z].{40,}\.$/)
  })

  test.for(gaps)('$row', ({ gap }, { skip }) => skip(gap))
})
