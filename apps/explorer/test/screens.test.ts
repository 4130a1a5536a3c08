import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SDKS } from '../src/shared/sdk-names.ts'
import { hasChromium, openPage, skipUnlessChromium, startBrowser } from './browser.ts'
import { startAll, type TestServers } from './start-all.ts'
import { violations } from './violations.ts'

/** Folder to save screenshots in, for review. */
const { SCREENSHOTS } = process.env

/** Views by URL fragment. */
const views = {
  'nothing selected': '',
  'an error': '#error=rate_limit_exceeded&retry_after=12&tab=errors&on=Express&in=ai-api',
  'two envelopes': '#error=validation_failed&tab=errors&on=Express&in=ai-api&on2=Fastify&in2=openai',
  'two frameworks': '#throw=error&tab=throw&on=Express&in=a15t&on2=NestJS+on+Fastify&in2=a15t',
  'a broken stream': '#model=stream-cut&stream=1&tab=streams&on=Hono&in=openai',
  'a partial body': '#throw=after-headers&tab=throw&on=Express&in=anthropic',
  'an invalid request': '#request=two-fields&tab=requests&on=NestJS+on+Express&in=problem-details',
  'a rejected request': '#error=nope&tab=errors&on=Koa&in=google',
}

const sizes = { desk: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } }

let browser: Browser | undefined
let all: TestServers | undefined

beforeAll(async () => {
  if (!hasChromium) return
  all = await startAll()
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await all?.close()
})

describe.each(Object.entries(views))('%s', (name, hash) => {
  skipUnlessChromium()

  test('is accessible and fits, on a desk and on a phone, in both themes', { timeout: 60_000 }, async () => {
    const options = { viewport: sizes.desk, reducedMotion: 'reduce' } as const
    const { page, problems } = await openPage(browser!, `${all!.url}/${hash}`, options)
    await waitForResults(page)
    for (const [size, viewport] of Object.entries(sizes)) {
      await page.setViewportSize(viewport)
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        if (SCREENSHOTS !== undefined) await saveScreenshot(page, `${name}-${size}-${colorScheme}`)
        const screen = `${size}, ${colorScheme}`
        expect(await measureOverflow(page), screen).toBe(0)
        // A theme changes colors only.
        const rules = colorScheme === 'light' ? undefined : ['color-contrast', 'link-in-text-block']
        expect(await violations(page, rules), screen).toEqual([])
      }
    }
    // The browser reports the explorer's own error response.
    expect(problems.filter((problem) => !(name === 'a rejected request' && problem.includes('400')))).toEqual(
      [],
    )
    await page.context().close()
  })
})

async function saveScreenshot(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS!, { recursive: true })
  await page.screenshot({ path: join(SCREENSHOTS!, `${name.replaceAll(/[ ,]+/g, '-')}.png`), fullPage: true })
}

/** Waits until all responses and SDK results have arrived, or the request was rejected. */
async function waitForResults(page: Page): Promise<void> {
  await page.waitForSelector('h1')
  await page.waitForFunction((sdks) => {
    const results = document.querySelectorAll('.result:not(:has(.problem))')
    const hasAllReports = document.querySelectorAll('.sdk:not(.is-waiting)').length === results.length * sdks
    return hasAllReports && document.querySelector('.send.is-primary') !== null
  }, SDKS.length)
}

/** Returns by how many pixels the page is wider than its window. */
function measureOverflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
}
