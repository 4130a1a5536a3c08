// Starts the upstream, the example apps and their explorer, and shows real requests with their real answers:
// `npm start`. `npm start -- --once` ends after the table, once the explorer has answered.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { build, ownNode, root, whenOrphaned } from './build.mjs'

/** The apps beside Express: what they are called, where they are, and what they are told. */
const apps = {
  Koa: ['koa'],
  Fastify: ['fastify'],
  'NestJS on Express': ['nestjs', { PLATFORM: 'express' }],
  'NestJS on Fastify': ['nestjs', { PLATFORM: 'fastify' }],
  Hono: ['hono'],
}

const envelopes = ['ai-api', 'a15t', 'compactifai', 'compresr', 'humanloop']
const EXPLORER_PORT = 3001
const children = []

/** Starts an app, and resolves with its address. What it logs is kept out of the table. */
async function start(app, env) {
  const child = spawn(ownNode(), [`${root}apps/${app}/dist/main.js`], {
    env: { LOG_LEVEL: 'silent', ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`apps/${app} ended with ${code} before it listened`)
  })
  ended.catch(() => {})
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), ended])
  return line.replace('listening on ', '')
}

let stopping

/** Ends what was started, once. */
function stop() {
  stopping ??= Promise.all(
    children.map(async (child) => {
      if (child.exitCode !== null) return
      child.kill('SIGTERM')
      await once(child, 'exit')
    }),
  )
  return stopping
}

function bold(text) {
  return process.stdout.isTTY ? `\u001B[1m${text}\u001B[0m` : text
}

const chat = (body, key = 'sk-demo') => ({ method: 'POST', path: '/chat/completions', key, body })
const messages = [{ role: 'user', content: 'Hello' }]

/** A dozen ways to fail. */
const failures = {
  'an unknown path': { path: '/nope', key: 'sk-demo' },
  'a known path, another method': { method: 'DELETE', path: '/models', key: 'sk-demo' },
  'no key': { path: '/models' },
  'a key without the right': chat({ model: 'echo', messages }, 'sk-readonly'),
  'a spent quota': chat({ model: 'echo', messages }, 'sk-quota'),
  'more requests than the key may make': { path: '/models', key: 'sk-limited' },
  'JSON that is none': chat('{"model": "echo"'),
  'a temperature of 9': chat({ model: 'echo', messages, temperature: 9 }),
  'two fields wrong': chat({
    model: 'echo',
    messages: [{ role: 'cat', content: 'Meow' }],
    max_tokens: 'many',
  }),
  'a model that there is not': { path: '/models/gpt-9', key: 'sk-demo' },
  'an overloaded model': chat({ model: 'overloaded', messages }),
  'a bug in a handler': { path: '/throw/error', key: 'sk-demo' },
}

async function ask(address, envelope, { method = 'GET', path, key, body }) {
  const response = await fetch(`${address}/compat/${envelope}/v1${path}`, {
    method,
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    text: await response.text(),
  }
}

/** Asks each failure in each envelope, in order. */
async function* answers(address) {
  // The key that may make two requests a minute has made them.
  for (let used = 0; used < 2; used++) await ask(address, 'ai-api', { path: '/models', key: 'sk-limited' })
  for (const [what, request] of Object.entries(failures)) {
    for (const envelope of envelopes)
      yield { what, request, envelope, ...(await ask(address, envelope, request)) }
  }
}

/** Prints the answers of one app, and gives them back. */
async function table(address) {
  const shown = []
  for await (const answer of answers(address)) {
    const { what, request, envelope, status, retryAfter, text } = answer
    if (envelope === envelopes[0])
      console.log(bold(`${request.method ?? 'GET'} /v1${request.path} (${what})`))
    const wait = retryAfter === null ? '' : `Retry-After: ${retryAfter}  `
    console.log(`  ${envelope.padEnd(11)} ${status}  ${wait}${text}`)
    shown.push(fixed(answer))
  }
  return shown
}

/** Starts the explorer of apps, on its own port where that is free. */
async function startExplorer(listening) {
  const port = isOnce || !(await isFree(EXPLORER_PORT)) ? 0 : EXPLORER_PORT
  const explorer = await start('explorer', { PORT: String(port), APPS: JSON.stringify(listening) })
  for (const path of ['/', '/api/catalog']) {
    const { ok, status } = await fetch(explorer + path)
    if (!ok) throw new Error(`The explorer answered ${path} with ${status}`)
  }
  return explorer
}

async function isFree(port) {
  const probe = createServer()
  try {
    probe.listen(port, process.env.HOST || '127.0.0.1')
    await once(probe, 'listening')
    return true
  } catch {
    return false
  } finally {
    probe.close()
  }
}

/** An answer without what differs from request to request. */
function fixed({ status, text }) {
  return `${status} ${text.replaceAll(/req_[a-z0-9]{24}|\d{4}-\d\d-\d\dT[\d:]+Z/g, '*')}`
}

const isOnce = process.argv.includes('--once')
const end = () => void stop().then(() => process.exit(0))
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, end)
// Whoever reads the table has read enough.
process.stdout.on('error', end)
whenOrphaned(end)
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})

build('apps/*')
try {
  const upstream = await start('upstream', { PORT: '0' })
  const address = await start('express', {
    PORT: isOnce ? '0' : (process.env.PORT ?? '3000'),
    UPSTREAM_URL: upstream,
  })
  const shown = await table(address)
  const listening = { Express: address }
  const others = Object.entries(apps).map(async ([name, [app, env]]) => {
    const other = await start(app, { ...env, PORT: '0', UPSTREAM_URL: upstream })
    const told = []
    for await (const answer of answers(other)) told.push(fixed(answer))
    return { name, other, same: told.filter((answer, at) => answer === shown[at]).length }
  })
  for (const { name, other, same } of await Promise.all(others)) {
    console.log(bold(`${name}: ${same} of ${shown.length} answers are the same, byte for byte.`))
    if (same !== shown.length) process.exitCode = 1
    listening[name] = other
  }
  const explorer = await startExplorer(listening)
  const where = Object.entries({ ...listening, 'The upstream': upstream })
  if (!isOnce)
    console.log(`\n${where.map(([name, url]) => `${name} on ${url}`).join(', ')}. Ctrl+C ends all.`)
  console.log(bold(`Explorer: ${explorer}`))
  if (isOnce) await stop()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  await stop()
  process.exitCode = 1
}
