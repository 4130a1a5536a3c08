import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

// Reports of users of the frameworks, each as a program that prints `ok` or `FAIL` for each check.

const folder = fileURLToPath(new URL('reported/', import.meta.url))
const files = readdirSync(folder).filter((file) => file !== 'check.mjs')

test('there is a program for each report', () => {
  expect(files).toHaveLength(14)
})

test.concurrent.each(files)('%s', { timeout: 60_000 }, (file) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [folder + file], {
    encoding: 'utf8',
    timeout: 60_000,
  })
  expect(stdout, stderr).not.toMatch(/^FAIL/m)
  expect(stdout).toMatch(/^ok/m)
  expect(status).toBe(0)
})
