import { existsSync } from 'node:fs'
import process from 'node:process'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { beforeEach, expect } from 'vitest'

const { CHROMIUM_PATH: path = '/usr/bin/chromium' } = process.env

/** Whether there is a browser to test with. */
export const hasChromium = existsSync(path)

/** Skips each test of a suite where there is no browser. */
export function skipUnlessChromium(): void {
  beforeEach((context) => {
    context.skip(!hasChromium, 'There is no Chromium; CHROMIUM_PATH names one.')
  })
}

/** Starts the browser. */
export async function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: path,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

/** A page that is watched: whatever goes wrong in it, or leaves the machine, is kept. */
export interface Watched {
  readonly page: Page
  readonly wrong: readonly string[]
  /** Expects that nothing went wrong, and ends the page. */
  close(): Promise<void>
}

/** Opens a page. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Watched> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  const page = await context.newPage()
  const wrong: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) wrong.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => wrong.push(`thrown: ${error.message}`))
  page.on('request', (request) => {
    if (new URL(request.url()).hostname !== '127.0.0.1') wrong.push(`left the machine: ${request.url()}`)
  })
  await page.goto(url)
  return {
    page,
    wrong,
    async close() {
      await context.close()
      expect(wrong).toEqual([])
    },
  }
}
