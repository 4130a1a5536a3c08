import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { envelopes, ModelNotFound } from '@faultline/core'
import express from 'express'
import { expect, test, vi } from 'vitest'

const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8')

test('the first example of the root README sends the response that the README shows', async () => {
  vi.stubEnv('PORT', '0')
  const listen = vi.spyOn(express.application, 'listen')
  await import('./snippets/openai.ts')
  const server = listen.mock.results[0]?.value as Server
  if (!server.listening) await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const response = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, { method: 'POST' })
  const shown = /\$ curl -i -X POST [^\n]+\n([^]+?)\n\n(.+)\n```/.exec(readme)
  expect(shown?.[2]).toBe(await response.text())
  const [statusLine, ...headers] = shown?.[1]?.split('\n') ?? []
  expect(statusLine).toBe(`HTTP/1.1 ${response.status} ${response.statusText}`)
  for (const line of headers) {
    const [name, value] = line.split(': ')
    if (name === 'x-request-id') expect(response.headers.get(name)).toMatch(/^req_[a-z0-9]{24}$/)
    else expect(response.headers.get(name!)).toBe(value)
  }
  server.close()
})

test('the root README shows the body of a missing model in every envelope', () => {
  const context = {
    requestId: 'req_4hk2m8c1x0v7q9wz3n5t6b8d',
    timestamp: new Date('2026-11-21T09:30:00Z'),
  }
  for (const [id, envelope] of Object.entries(envelopes)) {
    const { body } = envelope.render(new ModelNotFound({ model: 'gpt-9' }), context)
    expect(readme, id).toContain(`${id}\n${typeof body === 'string' ? body : JSON.stringify(body)}\n`)
  }
})
