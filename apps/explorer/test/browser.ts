import { existsSync } from 'node:fs'
import process from 'node:process'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { beforeEach, expect } from 'vitest'

const { CHROMIUM_PATH: path = '/usr/bin/chromium' } = process.env

/** Whether Chromium is installed. */
export const hasChromium = existsSync(path)

/** Skips the tests of a suite if Chromium is not installed. */
export function skipUnlessChromium(): void {
  beforeEach((context) => {
    context.skip(!hasChromium, 'Chromium is not installed; set CHROMIUM_PATH')
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

/** A page whose console errors, exceptions and requests to other hosts are recorded. */
export interface WatchedPage {
  readonly page: Page
  readonly problems: readonly string[]
  /** Closes the page and expects that there were no problems. */
  close(): Promise<void>
}

/** Opens a page. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  const page = await context.newPage()
  const problems: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => problems.push(`exception: ${error.message}`))
  page.on('request', (request) => {
    if (new URL(request.url()).hostname !== '127.0.0.1') problems.push(`external request: ${request.url()}`)
  })
  await page.goto(url)
  return {
    page,
    problems,
    async close() {
      await context.close()
      expect(problems).toEqual([])
    },
  }
}
