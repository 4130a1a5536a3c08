import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const children: ChildProcess[] = []

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

interface App {
  readonly child: ChildProcess
  readonly url: string
  /** Standard output and standard error so far. */
  readonly output: { out: string; err: string }
}

async function start(env: Record<string, string> = {}): Promise<App> {
  const child = spawn(process.execPath, [main], { env: { ...process.env, PORT: '0', ...env } })
  children.push(child)
  const output = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.err += text))
  await expect.poll(() => output.out, { timeout: 10_000 }).toContain('\n')
  return { child, url: output.out.trim().replace('listening on ', ''), output }
}

const createChatRequest = (model: string) => ({
  method: 'POST',
  headers: { authorization: 'Bearer sk-demo', 'content-type': 'application/json' },
  body: JSON.stringify({ model, messages: [{ role: 'user', content: 'my private prompt' }] }),
})

describe('the app as a process', () => {
  test('prints one line, uses its environment, logs JSON lines without secrets, and exits with code 0', async () => {
    const { child, url, output } = await start({ ENVELOPE: 'a15t:strict' })
    expect(output.out).toMatch(/^listening on http:\/\/127\.0\.0\.1:\d+\n$/)
    expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ envelope: 'a15t:strict' })
    const chat = `${url}/v1/chat/completions`
    expect((await fetch(chat, createChatRequest('echo'))).status).toBe(200)
    expect((await fetch(chat, createChatRequest('bad-credentials'))).status).toBe(500)
    const thrown = await fetch(`${url}/v1/throw/error`, {
      headers: { 'x-api-key': 'sk-demo' },
    })
    expect(await thrown.json()).toEqual({
      error: { type: 'internal_error', code: 'internal_error', message: 'Internal server error' },
    })
    child.kill('SIGTERM')
    const [code] = (await once(child, 'exit')) as [number]
    expect(code).toBe(0)
    const lines = output.err
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines.map(({ status, code: kind }) => [status, kind])).toEqual([
      [500, 'failed_request'],
      [500, 'internal_error'],
    ])
    expect(lines[1]).toMatchObject({
      requestId: expect.stringMatching(/^req_/),
      method: 'GET',
      path: '/v1/throw/error',
      causes: [{ name: 'Error', stack: expect.stringContaining('at throwKind') as string }],
    })
    expect(output.err).not.toMatch(/sk-|private prompt/)
    expect(output.out.split('\n')).toHaveLength(2)
  })

  test('answers requests that hang and exits with code 0 within 5 seconds', async () => {
    const { child, url } = await start()
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.on('error', () => {})
    socket.write(
      'POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nX-API-Key: sk-demo\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{',
    )
    // The response shows that the request above has arrived and waits for the rest of its body.
    expect((await fetch(`${url}/health`)).status).toBe(200)
    const started = Date.now()
    child.kill('SIGINT')
    const [code] = (await once(child, 'exit')) as [number]
    expect([code, Date.now() - started < 5000]).toEqual([0, true])
    socket.destroy()
  }, 10_000)

  test('ends a stream with its error event and exits with code 0, also when the signal arrives twice', async () => {
    const { child, url } = await start()
    const request = createChatRequest('slow-stream')
    const body = JSON.stringify({ ...(JSON.parse(request.body) as object), stream: true })
    const response = await fetch(`${url}/v1/chat/completions`, { ...request, body })
    const started = Date.now()
    child.kill('SIGINT')
    setTimeout(() => child.kill('SIGINT'), 50)
    const [text, [code]] = await Promise.all([response.text(), once(child, 'exit') as Promise<[number]>])
    expect([code, Date.now() - started < 5000]).toEqual([0, true])
    expect(text).toMatch(/^data: \{[^]*\n\nevent: error\ndata: .*"code":"SERVICE_UNAVAILABLE".*\n\n$/)
  }, 10_000)

  test('names every variable with an invalid value, does not print a password, and exits with code 1', () => {
    const env = {
      PORT: '99999',
      ENVELOPE: 'nope',
      UPSTREAM_URL: 'ftp://me:hunter2@x',
      REDIS_URL: 'x',
      LOG_LEVEL: 'loud',
    }
    const { status, stdout, stderr } = spawnSync(process.execPath, [main], {
      env: { ...process.env, ...env },
      encoding: 'utf8',
    })
    expect([status, stdout]).toEqual([1, ''])
    for (const name of Object.keys(env)) expect(stderr).toContain(`${name}: `)
    expect(stderr).toMatch(/known ids: a15t, ai-api/i)
    expect(stderr).not.toContain('hunter2')
  })

  test('reports that its port is in use', async () => {
    const occupied = createServer().listen(0, '127.0.0.1')
    await once(occupied, 'listening')
    const { port } = occupied.address() as AddressInfo
    const { status, stderr } = spawnSync(process.execPath, [main], {
      env: { ...process.env, PORT: String(port) },
      encoding: 'utf8',
    })
    occupied.close()
    expect(status).toBe(1)
    expect(stderr).toContain('EADDRINUSE')
  })
})

const hasRedis = spawnSync('redis-server', ['--version']).status === 0

describe.skipIf(!hasRedis)(
  `two apps with one Redis${hasRedis ? '' : ' (skipped: redis-server is not installed)'}`,
  () => {
    test('share the limit of a key, and go on in memory while Redis is down', async () => {
      const probe = createServer().listen(0, '127.0.0.1')
      await once(probe, 'listening')
      const { port } = probe.address() as AddressInfo
      probe.close()
      const server = spawn('redis-server', [
        '--port',
        String(port),
        '--bind',
        '127.0.0.1',
        '--save',
        '',
        '--appendonly',
        'no',
      ])
      children.push(server)
      await expect
        .poll(() => spawnSync('redis-cli', ['-p', String(port), 'ping'], { encoding: 'utf8' }).stdout, {
          timeout: 5000,
        })
        .toContain('PONG')
      const env = { REDIS_URL: `redis://127.0.0.1:${port}`, LOG_LEVEL: 'silent' }
      const [one, two] = await Promise.all([start(env), start(env)])
      const status = async ({ url }: App) =>
        (await fetch(`${url}/v1/models`, { headers: { 'x-api-key': 'sk-limited' } })).status
      await expect.poll(() => status(one)).toBe(200)
      expect([await status(two), await status(one), await status(two)]).toEqual([200, 429, 429])
      server.kill('SIGKILL')
      // Each app counts from the start in its memory.
      await expect.poll(() => status(one), { timeout: 5000 }).toBe(200)
      expect(await status(two)).toBe(200)
    })
  },
)
