import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const children: ChildProcess[] = []

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

describe('the explorer as a process', { timeout: 20_000 }, () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    'prints one line, serves, and exits with code 0 on %s',
    async (signal) => {
      const env = { ...process.env, PORT: '0', APPS: '{"Mine":"http://127.0.0.1:1/"}' }
      const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'inherit'] })
      children.push(child)
      const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
      expect(line).toMatch(/^listening on http:\/\/127\.0\.0\.1:\d+$/)
      const url = line.replace('listening on ', '')
      expect(await (await fetch(`${url}/api/catalog`)).json()).toMatchObject({
        frameworks: [{ name: 'Mine', url: 'http://127.0.0.1:1' }],
      })
      // The SDK worker must not prevent the exit.
      const response = await fetch(`${url}/api/send`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          framework: 'Mine',
          envelope: 'openai',
          raise: { kind: 'throw', what: 'error' },
          sdks: true,
        }),
      })
      expect(await response.text()).toContain('unreachable')
      child.kill(signal)
      expect(await once(child, 'exit')).toEqual([0, null])
    },
  )

  test.each([
    ['PORT', '99999', 'PORT: must be a number from 0 to 65535, not "99999"'],
    ['APPS', '{', 'APPS: must be a JSON object of addresses, such as {"Express":"http://127.0.0.1:3000"}'],
    ['APPS', '[]', 'APPS: must be a JSON object'],
    ['APPS', '{"Mine":"ftp://x"}', 'APPS: Mine must be a URL starting with http://'],
  ])('reports %s=%s and exits with code 1', (name, value, problem) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [main], {
      env: { ...process.env, PORT: '0', [name]: value },
      encoding: 'utf8',
    })
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toContain(problem)
  })
})
