import { createServer as createExpress } from '@faultline/app-express'
import { createServer as createFastify } from '@faultline/app-fastify'
import { startApp, type RunningApp } from '@faultline/app-gateway/testing'
import { createServer as createHono } from '@faultline/app-hono'
import { createServer as createKoa } from '@faultline/app-koa'
import { createServerOn } from '@faultline/app-nestjs'
import { startExplorer, type Explorer, type ExplorerOptions } from '../src/server/start-explorer.ts'

const servers = {
  Express: createExpress,
  Koa: createKoa,
  Fastify: createFastify,
  'NestJS on Express': createServerOn('express'),
  'NestJS on Fastify': createServerOn('fastify'),
  Hono: createHono,
}

type Framework = keyof typeof servers

/** An explorer and the apps that it sends requests to. */
export interface TestServers {
  readonly url: string
  readonly apps: Readonly<Record<Framework, RunningApp>>
  close(): Promise<void>
}

/** Starts all example apps in this process and an explorer for them. */
export async function startAll(limits: ExplorerOptions['limits'] = {}): Promise<TestServers> {
  const started = await Promise.all(
    Object.entries(servers).map(
      async ([name, createServer]) => [name, await startApp(createServer)] as const,
    ),
  )
  const apps = Object.fromEntries(started) as Record<Framework, RunningApp>
  const explorer: Explorer = await startExplorer({
    apps: Object.fromEntries(started.map(([name, { url }]) => [name, url])),
    limits,
  })
  return {
    url: explorer.url,
    apps,
    async close() {
      await explorer.close()
      await Promise.all(Object.values(apps).map((app) => app.close()))
    },
  }
}
