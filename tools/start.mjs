// Starts the upstream, the example apps and the explorer, sends a dozen failing requests to each app, and prints the
// responses: `npm start`. `npm start -- --once` exits after the table and a check of the explorer.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { build, getNodePath, onParentExit } from './build.mjs'
import { ROOT } from './files.mjs'

/** The apps that are compared with Express: folder and environment by name. */
const COMPARED_APPS = {
  Koa: ['koa'],
  Fastify: ['fastify'],
  'NestJS on Express': ['nestjs', { PLATFORM: 'express' }],
  'NestJS on Fastify': ['nestjs', { PLATFORM: 'fastify' }],
  Hono: ['hono'],
}

const ENVELOPES = ['ai-api', 'a15t', 'compactifai', 'compresr', 'humanloop']
const EXPLORER_PORT = 3001
const children = []

/** Starts an app with silent logs, so that they do not interrupt the table. @returns its address */
async function start(app, env) {
  const child = spawn(getNodePath(), [`${ROOT}apps/${app}/dist/main.js`], {
    env: { LOG_LEVEL: 'silent', ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  const exited = once(child, 'exit').then(([code]) => {
    throw new Error(`apps/${app} exited with code ${code} before it listened`)
  })
  // A later exit is not an error.
  exited.catch(() => {})
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), exited])
  return line.replace('listening on ', '')
}

let stopping

/** Stops all started processes. Repeated calls return the same promise. */
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

const createChat = (body, key = 'sk-demo') => ({ method: 'POST', path: '/chat/completions', key, body })
const messages = [{ role: 'user', content: 'Hello' }]

/** The failing requests, by description. */
const FAILURES = {
  'unknown path': { path: '/nope', key: 'sk-demo' },
  'method that the path does not support': { method: 'DELETE', path: '/models', key: 'sk-demo' },
  'missing API key': { path: '/models' },
  'API key without permission': createChat({ model: 'echo', messages }, 'sk-readonly'),
  'exhausted quota': createChat({ model: 'echo', messages }, 'sk-quota'),
  'rate limit exceeded': { path: '/models', key: 'sk-limited' },
  'malformed JSON': createChat('{"model": "echo"'),
  'temperature out of range': createChat({ model: 'echo', messages, temperature: 9 }),
  'two invalid fields': createChat({
    model: 'echo',
    messages: [{ role: 'cat', content: 'Meow' }],
    max_tokens: 'many',
  }),
  'unknown model': { path: '/models/gpt-9', key: 'sk-demo' },
  'overloaded model': createChat({ model: 'overloaded', messages }),
  'bug in a route handler': { path: '/throw/error', key: 'sk-demo' },
}

async function send(address, envelope, { method = 'GET', path, key, body }) {
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

/** Sends each failing request in each envelope, in order. */
async function* sendFailures(address) {
  // Uses up the two requests per minute that the key allows.
  for (let used = 0; used < 2; used++) await send(address, 'ai-api', { path: '/models', key: 'sk-limited' })
  for (const [description, request] of Object.entries(FAILURES)) {
    for (const envelope of ENVELOPES)
      yield { description, request, envelope, ...(await send(address, envelope, request)) }
  }
}

/** Prints the responses of one app. @returns them without the parts that differ between requests */
async function printTable(address) {
  const responses = []
  for await (const response of sendFailures(address)) {
    const { description, request, envelope, status, retryAfter, text } = response
    if (envelope === ENVELOPES[0])
      console.log(bold(`${request.method ?? 'GET'} /v1${request.path} (${description})`))
    const wait = retryAfter === null ? '' : `Retry-After: ${retryAfter}  `
    console.log(`  ${envelope.padEnd(11)} ${status}  ${wait}${text}`)
    responses.push(maskVariableParts(response))
  }
  return responses
}

/** Sends the failing requests to one app. @returns the responses without the parts that differ between requests */
async function collectResponses(address) {
  const responses = []
  for await (const response of sendFailures(address)) responses.push(maskVariableParts(response))
  return responses
}

/** Starts the explorer, on its default port if it is free. @returns its address */
async function startExplorer(addresses) {
  const port = isOnce || !(await isFree(EXPLORER_PORT)) ? 0 : EXPLORER_PORT
  const explorer = await start('explorer', { PORT: String(port), APPS: JSON.stringify(addresses) })
  for (const path of ['/', '/api/catalog']) {
    const { ok, status } = await fetch(explorer + path)
    if (!ok) throw new Error(`explorer: GET ${path} failed with status ${status}`)
  }
  return explorer
}

async function isFree(port) {
  const server = createServer()
  try {
    server.listen(port, process.env.HOST || '127.0.0.1')
    await once(server, 'listening')
    return true
  } catch {
    return false
  } finally {
    server.close()
  }
}

/** Sentences in which the validators of the frameworks describe a problem: those of Zod, Ajv and class-validator. */
const ISSUE_WORDS =
  /(?:[\w.[\]]+: )?(?:[\w.]+ must (?:be|not be) [^"]*|must be [^"]*|(?:Too big|Invalid (?:input|option)): (?:[^"\\]|\\.)*)(?=")/g

/** The names of validators for a problem. */
const ISSUE_CODE = /"code":"(?:too_big|invalid_type|invalid_value|maximum|type|enum|max|min|isIn|isInt)"/g

/** Replaces what may differ: request ids and times, and the words of validators. */
function maskVariableParts({ status, text }) {
  const masked = text
    .replaceAll(/req_[a-z0-9]{24}|\d{4}-\d\d-\d\dT[\d:]+Z/g, '*')
    .replaceAll(ISSUE_WORDS, '*')
    .replaceAll(ISSUE_CODE, '"code":"*"')
  return `${status} ${masked}`
}

const isOnce = process.argv.includes('--once')
const exit = () => void stop().then(() => process.exit(0))
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, exit)
// The reader of a pipe, such as `head`, has closed it.
process.stdout.on('error', exit)
onParentExit(exit)
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})

build('apps/*')
try {
  const upstream = await start('upstream', { PORT: '0' })
  const express = await start('express', {
    PORT: isOnce ? '0' : (process.env.PORT ?? '3000'),
    UPSTREAM_URL: upstream,
  })
  const expected = await printTable(express)
  const addresses = { Express: express }
  const comparisons = Object.entries(COMPARED_APPS).map(async ([name, [app, env]]) => {
    const address = await start(app, { ...env, PORT: '0', UPSTREAM_URL: upstream })
    const responses = await collectResponses(address)
    return {
      name,
      address,
      equal: responses.filter((response, index) => response === expected[index]).length,
    }
  })
  for (const { name, address, equal } of await Promise.all(comparisons)) {
    console.log(
      bold(
        `${name}: ${equal} of ${expected.length} responses are those of Express, except the words of validators`,
      ),
    )
    if (equal !== expected.length) process.exitCode = 1
    addresses[name] = address
  }
  const explorer = await startExplorer(addresses)
  if (!isOnce) {
    console.log('\nRunning servers (press Ctrl+C to stop):')
    for (const [name, url] of Object.entries({ ...addresses, Upstream: upstream }))
      console.log(`  ${name}: ${url}`)
  }
  console.log(bold(`Explorer: ${explorer}`))
  if (isOnce) await stop()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  await stop()
  process.exitCode = 1
}
