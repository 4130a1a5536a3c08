import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

test('node:test runs the suite, and prints the reason of a gap', async () => {
  const file = fileURLToPath(new URL('own-server.run.ts', import.meta.url))
  // With this variable node:test sends its results to a parent process.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const { stdout } = await promisify(execFile)(process.execPath, ['--test-reporter=tap', file], { env })
  expect(stdout).toMatch(/^# fail 0$/m)
  expect(Number(/^# pass (\d+)$/m.exec(stdout)?.[1])).toBeGreaterThan(400)
  expect(stdout).toContain('ok 1 - upload-ok # SKIP The server does not accept uploads.')
  expect(stdout).toContain('# Subtest: other runner')
}, 20_000)
