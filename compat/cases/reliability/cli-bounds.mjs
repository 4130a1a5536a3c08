// explain, check and diff against each server of cli-evil-servers.mjs: each must end by itself, within bounds.
// usage: PROJECT=<built checkout> node cli-bounds.mjs [mode,mode]
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cli, node } from './project.mjs'

const all =
  'endless slowhead slowhead2 slowbody bigheaders chunkbomb chunk1 chunkhuge many1xx redirect redirectfile redirectmeta gzip deepjson redosleak openapipath openapipattern openapiref ansi rst nothing tls'
const modes = process.argv[2]?.split(',') ?? all.split(' ')
const limitMs = Number(process.env.LIMIT_MS ?? 25_000)
const limitMb = Number(process.env.LIMIT_MB ?? 512)

/** Runs the tool; its peak memory is read from /proc, so only Linux shows it. */
function run(args) {
  return new Promise((done) => {
    const start = performance.now()
    const child = spawn(node, [cli(), ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    let out = ''
    let peak = 0
    const keep = (chunk) => {
      if (out.length < 2e6) out += chunk
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    const watch = setInterval(() => {
      try {
        peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) >> 10
      } catch {
        // Gone, or not Linux.
      }
    }, 50)
    const end = setTimeout(() => child.kill('SIGKILL'), limitMs)
    child.on('exit', (code, signal) => {
      clearTimeout(end)
      clearInterval(watch)
      done({ code, signal, ms: Math.round(performance.now() - start), peak, out })
    })
  })
}

let failed = 0
for (const mode of modes) {
  const server = spawn(process.execPath, [new URL('cli-evil-servers.mjs', import.meta.url).pathname, mode])
  let port = ''
  server.stdout.on('data', (chunk) => (port += chunk))
  while (!port.includes('\n')) await new Promise((next) => setTimeout(next, 30))
  const url = `http://127.0.0.1:${port.trim()}`
  const commands = [
    ['explain', `${url}/x`],
    ['check', url, '--envelope', 'ai-api', '--timeout', '2000'],
    ['diff', `${url}/openapi.json`, `${url}/openapi.json`],
  ]
  for (const args of commands) {
    const { code, signal, ms, peak, out } = await run(args)
    const faults = []
    if (signal) faults.push('did not end')
    if (peak > limitMb) faults.push('memory')
    if (out.length > 100_000) faults.push(`prints ${out.length} characters`)
    if (/[\u0007\u001b\u009b\u202e]/.test(out)) faults.push('control characters reach the terminal')
    if (/\n {4}at /.test(out)) faults.push('stack')
    if (faults.length > 0) failed++
    const stdoutStart = JSON.stringify(out.slice(0, 100))
    console.log(
      faults.length > 0 ? 'FAIL' : 'ok',
      mode,
      args[0],
      `rc ${code} ${ms} ms ${peak} MB`,
      faults.join(', '),
      stdoutStart,
    )
  }
  server.kill('SIGKILL')
}
process.exitCode = failed > 0 ? 1 : 0
