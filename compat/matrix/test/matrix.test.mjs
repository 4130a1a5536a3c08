import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { cells, getCellName, rows } from '../matrix.mjs'

const readJson = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'))
const results = readJson('../results.json')

describe('results.json', () => {
  test('has a result for each cell, without failures', () => {
    expect(results.map(getCellName)).toEqual(cells.map(getCellName))
    for (const { passed, failed } of results) {
      expect(failed).toEqual({})
      expect(passed).toBeGreaterThan(400)
    }
  })

  test.each(cells.map((cell) => [getCellName(cell), cell]))(
    'has the versions of %s',
    (name, { versions, which }) => {
      const result = results.find((other) => getCellName(other) === name)
      for (const [module, version] of Object.entries(versions)) {
        const [major] = version.replace('^', '').split('.')
        if (which === 'lowest') expect(result.versions[module]).toBe(version)
        else expect(result.versions[module]).toMatch(new RegExp(String.raw`^${major}\.`))
      }
    },
  )
})

describe('peer ranges', () => {
  const peers = [...new Set(rows.map(({ adapter }) => adapter))].flatMap((adapter) => {
    const { peerDependencies } = readJson(`../../../packages/${adapter}/package.json`)
    return Object.entries(peerDependencies).map(([module, range]) => ({ adapter, module, range }))
  })
  const tested = peers.filter(({ adapter, module }) =>
    rows.some((row) => row.adapter === adapter && row.lowest[module] !== undefined),
  )

  test.each(tested)(
    'of $adapter begin at the lowest version of $module that is run',
    ({ adapter, module, range }) => {
      const lowest = rows.filter((row) => row.adapter === adapter).map((row) => row.lowest[module])
      expect(range.split(' || ')).toEqual([...new Set(lowest)].map((version) => `^${version}`))
    },
  )

  test('are tested for each framework', () => {
    expect(new Set(tested.map(({ adapter }) => adapter))).toEqual(new Set(rows.map(({ adapter }) => adapter)))
  })
})

test('lowest.test.mjs runs the lowest versions', () => {
  const { devDependencies } = readJson('../package.json')
  const installed = Object.entries(devDependencies).map(([name, version]) =>
    version.startsWith('npm:') ? version.slice('npm:'.length) : `${name}@${version}`,
  )
  const lowest = rows
    .filter(
      ({ framework }) =>
        !['NestJS 12 on Express', 'NestJS 12 on Fastify', 'Hono 4, @hono/node-server 2'].includes(framework),
    )
    .flatMap((row) => Object.entries(row.lowest).map((entry) => entry.join('@')))
  expect(installed).toEqual(expect.arrayContaining(lowest))
})
