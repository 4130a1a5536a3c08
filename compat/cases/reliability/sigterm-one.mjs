// One request in flight on one keep-alive connection, then SIGTERM.
// usage: PROJECT=<built checkout> node sigterm-one.mjs
import { spawn } from 'node:child_process'
import net from 'node:net'
import { PROJECT as R, node } from './project.mjs'
const H = 'Host: x\r\nAuthorization: Bearer sk-demo\r\n',
  J = H + 'Content-Type: application/json\r\n'
const b = JSON.stringify({ model: 'timeout', messages: [{ role: 'user', content: 'hi' }] })
for (const [app, platform] of [
  ['express'],
  ['koa'],
  ['fastify'],
  ['hono'],
  ['nestjs', 'express'],
  ['nestjs', 'fastify'],
])
  for (const again of [false, true]) {
    const child = spawn(node, [`${R}/apps/${app}/dist/main.js`], {
      env: { ...process.env, PORT: '0', LOG_LEVEL: 'silent', ...(platform ? { PLATFORM: platform } : {}) },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let out = '',
      exit
    child.stdout.on('data', (d) => (out += d))
    child.on('exit', (c) => (exit = [c, performance.now()]))
    while (!/listening/.test(out)) await new Promise((r) => setTimeout(r, 50))
    const s = net.connect(Number(/:(\d+)\n/.exec(out)[1]), '127.0.0.1')
    let w = '',
      closed
    s.on('data', (d) => (w += d))
    s.on('error', () => {})
    s.on('close', () => (closed = performance.now()))
    s.write(`POST /v1/chat/completions HTTP/1.1\r\n${J}Content-Length: ${b.length}\r\n\r\n${b}`)
    await new Promise((r) => setTimeout(r, 500))
    const t = performance.now()
    child.kill('SIGTERM')
    let n = 0
    if (again) {
      await new Promise((r) => setTimeout(r, 900))
      while (!closed && !exit && n < 60) {
        s.write(`GET /v1/models HTTP/1.1\r\n${H}\r\n`)
        n++
        await new Promise((r) => setTimeout(r, 100))
      }
    }
    while (!exit && performance.now() - t < 7000) await new Promise((r) => setTimeout(r, 20))
    const headers = [...new Set([...w.matchAll(/connection: (\S+)/gi)].map((m) => m[1]))]
    const exitMs = Math.round((exit?.[1] ?? Infinity) - t)
    const isOk = exit?.[0] === 0 && exitMs < 2500 && headers.every((value) => value === 'close')
    if (!isOk) process.exitCode = 1
    console.log(
      isOk ? 'ok' : 'FAIL',
      app,
      platform ?? '',
      again ? `then a request each 100 ms (${n} sent)` : 'quiet',
      `exit ${exit?.[0]} after ${exitMs} ms, connection closed after ${Math.round((closed ?? Infinity) - t)} ms,`,
      `${[...w.matchAll(/HTTP\/1\.1 (\d+)/g)].length} answers, connection: ${headers.join()}`,
    )
    if (!exit) child.kill('SIGKILL')
  }
