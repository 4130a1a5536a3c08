import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium, openPage, skipUnlessChromium, startBrowser, type WatchedPage } from './browser.ts'
import { startAll, type TestServers } from './start-all.ts'
import { violations } from './violations.ts'

let browser: Browser | undefined
let all: TestServers | undefined
const opened: WatchedPage[] = []

beforeAll(async () => {
  if (!hasChromium) return
  all = await startAll()
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await all?.close()
})
// Closing also checks that the page had no problems.
afterEach(async () => {
  for (const watched of opened.splice(0)) await watched.close()
})

async function open(hash = '', options = {}): Promise<Page> {
  const watched = await openPage(browser!, `${all!.url}/${hash}`, options)
  opened.push(watched)
  return watched.page
}

const item = (page: Page, name: string | RegExp) => page.getByRole('treeitem', { name })
const result = (page: Page, name: string) => page.getByRole('region', { name })

describe('the page', { timeout: 30_000 }, () => {
  skipUnlessChromium()

  test('a selected error is sent and its response is shown', async () => {
    const page = await open()
    await page.getByRole('heading', { name: 'Trigger an error and inspect the response' }).waitFor()
    await item(page, 'model_not_found').click()
    const region = result(page, 'Express in ai-api')
    await region.getByText('404', { exact: true }).first().waitFor()
    await region.getByText('"MODEL_NOT_FOUND"').first().waitFor()
    await region.getByText('Complete').waitFor()
    await region.getByText('NotFoundError').first().waitFor()
    await page.getByRole('status').getByText('404 Not Found from Express in ai-api. Complete.').waitFor()
    expect(await page.title()).toBe('model_not_found · Faultline Explorer')
    expect(await item(page, 'model_not_found').getAttribute('aria-selected')).toBe('true')
  })

  test('a change of the framework or envelope sends the request again', async () => {
    const page = await open('#error=overloaded&on=Express&in=ai-api')
    await result(page, 'Express in ai-api').getByText('Complete').waitFor()
    await page.getByLabel('Framework').selectOption('Fastify')
    await result(page, 'Fastify in ai-api').getByText('"OVERLOADED"').first().waitFor()
    await page.getByLabel('Envelope').selectOption('anthropic')
    await result(page, 'Fastify in anthropic').getByText('"overloaded_error"').first().waitFor()
    await page.getByLabel('Strict').check()
    await result(page, 'Fastify in anthropic:strict').getByText('Complete').waitFor()
    const url = page.url()
    expect(url).toContain('in=anthropic%3Astrict')
    // The URL contains the whole view.
    const again = await open(new URL(url).hash)
    await result(again, 'Fastify in anthropic:strict').getByText('"overloaded_error"').first().waitFor()
    await page.goBack()
    await result(page, 'Fastify in anthropic').getByText('"overloaded_error"').first().waitFor()
  })

  test('two responses are compared', async () => {
    const page = await open('#error=not_found&on=Express&in=ai-api')
    const left = result(page, 'Express in ai-api')
    await left.getByText('Complete').waitFor()
    const sent = await left.locator('.headers').innerText()
    await page.getByRole('button', { name: 'Compare' }).click()
    await page.getByText('Same status, 1 header differs, different body').waitFor()
    // The first request is not repeated.
    expect((await left.locator('.headers').innerText()).replace(/≠\s*differs:\s*/, '')).toBe(sent)
    expect(await left.locator('.headers .differs').innerText()).toMatch(/≠\s*differs:\s*content-length/)
    expect(await left.locator('.lines .differs').count()).toBeGreaterThan(2)
    await page.getByRole('group', { name: 'Right' }).getByLabel('Envelope').selectOption('ai-api')
    await page.getByRole('group', { name: 'Right' }).getByLabel('Framework').selectOption('Hono')
    await page.getByText('Identical except for ids and timestamps').waitFor()
    expect(await page.locator('.differs').count()).toBe(0)
    await page.getByRole('button', { name: 'Compare' }).click()
    await result(page, 'Hono in ai-api').waitFor({ state: 'detached' })
  })

  test('a stream is shown as it arrives and can be stopped', async () => {
    const page = await open()
    await page.getByRole('tab', { name: 'Streams' }).click()
    await item(page, /^slow-stream/).click()
    const events = page.getByRole('list', { name: 'Events' }).getByRole('listitem')
    await events.nth(2).waitFor()
    const early = await events.count()
    expect(early).toBeLessThan(20)
    await expect.poll(() => events.count()).toBeGreaterThan(early)
    const times = (await page.locator('.event-time').allInnerTexts()).map((text) => Number.parseFloat(text))
    expect(times.at(-1)! - times[0]!).toBeGreaterThan(150)
    expect(all!.apps.Express.openStreams()).toBe(1)
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.getByText('Cancelled').first().waitFor()
    await expect.poll(() => all!.apps.Express.openStreams()).toBe(0)
    await page.getByRole('button', { name: 'Send', exact: true }).waitFor()
  })

  test('a failed stream and a truncated response are shown as such', async () => {
    const page = await open('#tab=streams&on=Express&in=openai')
    await item(page, /^stream-cut/).click()
    await page.getByText('Complete, with an error event').first().waitFor()
    await page.locator('.event.is-error').getByText('"stream_terminated"').first().waitFor()
    await page.getByText('read “Half” before that').first().waitFor()
    await item(page, /^rate-limited/).click()
    await result(page, 'Express in openai').getByText('429', { exact: true }).first().waitFor()
    await page.getByRole('tab', { name: 'Throw' }).click()
    await item(page, /^after-headers/).click()
    await page.getByText('Truncated: the connection was').first().waitFor()
  })

  test('options of an error are in its response and in the copied command', async () => {
    const page = await open('#error=rate_limit_exceeded&on=Express&in=ai-api')
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.getByText('Options', { exact: true }).click()
    await page.getByLabel('message').fill('It’s too much')
    await page.getByLabel('retry_after').fill('7')
    // Options that were not sent yet are sent with the next change.
    await page.getByRole('button', { name: 'Compare' }).click()
    // SDK messages may contain the body, too.
    await expect.poll(() => page.locator('.lines').getByText('"It’s too much"').count()).toBe(2)
    await page.getByRole('button', { name: 'Compare' }).click()
    await page.getByLabel('message').fill('Far too much')
    await page.getByLabel('message').press('Enter')
    await page.getByText('"Far too much"').first().waitFor()
    await page.locator('.sdk').first().getByText('retried after 7 s').waitFor()
    await page.getByRole('button', { name: 'Copy as curl' }).click()
    await page.getByRole('button', { name: 'Copied' }).waitFor()
    const copied = await page.evaluate(() => navigator.clipboard.readText())
    expect(copied).toContain('/errors/rate_limit_exceeded?message=Far+too+much&retry_after=7')
    await page.getByRole('button', { name: 'Raw' }).click()
    await page.getByText('HTTP/1.1 429 Too Many Requests').waitFor()
  })

  test('everything can be done with the keyboard', async () => {
    const page = await open()
    await item(page, 'invalid_request').waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('timeout')
    await page.keyboard.press('ArrowDown')
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-id') ?? '')
    expect(await focused()).toBe('invalid_request')
    await page.keyboard.press('ArrowDown')
    expect(await focused()).toBe('request_timeout')
    await page.keyboard.press('Enter')
    await result(page, 'Express in ai-api').getByText('408', { exact: true }).first().waitFor()
    await page.keyboard.press('/')
    await page.keyboard.press('Escape')
    await page.keyboard.press('ArrowDown')
    // The tree is complete again and keeps its focused row.
    expect(await focused()).toBe('request_timeout')
    await page.keyboard.press('ArrowLeft')
    expect(await focused()).toBe('invalid_request')
    await page.keyboard.press('ArrowLeft')
    expect(await item(page, /^invalid_request/).getAttribute('aria-expanded')).toBe('false')
    await page.keyboard.press('ArrowDown')
    expect(await focused()).toBe('unauthenticated')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('ArrowRight')
    expect(await item(page, /^invalid_request/).getAttribute('aria-expanded')).toBe('true')
    await page.keyboard.press('End')
    expect(await focused()).toBe('stream_terminated')
    await page.keyboard.press('Home')
    await page.keyboard.press('m')
    expect(await focused()).toBe('malformed_body')
    // From the tree to the tabs, and along them.
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('ArrowRight')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('tab-throw')
    await page.getByRole('tree', { name: 'Thrown values' }).waitFor()
    // Ctrl+Enter repeats the request.
    const before = await page.locator('.headers').innerText()
    await page.keyboard.press('Control+Enter')
    await expect.poll(() => page.locator('.headers').innerText()).not.toBe(before)
  })

  test('the Tab key reaches every control and shows the focus', async () => {
    const page = await open('#error=conflict&on=Express&in=ai-api')
    await page.getByRole('button', { name: 'Send', exact: true }).waitFor()
    const focusedControls: string[] = []
    for (let i = 0; i < 24; i++) {
      await page.keyboard.press('Tab')
      const name = await page.evaluate(() => {
        const { activeElement: element } = document
        if (element === null || element === document.body) return ''
        const { outlineStyle } = getComputedStyle(element)
        const label =
          element.getAttribute('aria-label') ??
          element.closest('label')?.textContent ??
          element.textContent ??
          ''
        return `${outlineStyle === 'none' ? 'hidden ' : ''}${element.tagName.toLowerCase()} ${label.slice(0, 24)}`
      })
      if (name !== '') focusedControls.push(name)
    }
    expect(focusedControls.filter((name) => name.startsWith('hidden'))).toEqual([])
    for (const expected of [
      'a Skip',
      'select Framework',
      'select Envelope',
      'input Strict',
      'button Compare',
    ])
      expect(
        focusedControls.some((name) => name.startsWith(expected)),
        expected,
      ).toBe(true)
    for (const expected of [
      'button Send',
      'button Dark theme',
      'button Errors',
      'input Filter',
      'li conflict',
    ])
      expect(
        focusedControls.some((name) => name.startsWith(expected)),
        expected,
      ).toBe(true)
  })

  test('the theme is the system’s until another is chosen, and the choice is stored', async () => {
    const page = await open('', { colorScheme: 'dark' })
    const getBackground = () =>
      page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
    const toggle = page.getByRole('button', { name: 'Dark theme' })
    expect(await toggle.getAttribute('aria-pressed')).toBe('true')
    const dark = await getBackground()
    await toggle.click()
    const light = await getBackground()
    expect(light).not.toBe(dark)
    await page.reload()
    await toggle.waitFor()
    expect([await getBackground(), await toggle.getAttribute('aria-pressed')]).toEqual([light, 'false'])
  })

  test('on a phone the sidebar is a drawer', async () => {
    const page = await open('', { viewport: { width: 390, height: 844 }, hasTouch: true })
    await page.getByRole('button', { name: 'Select an error' }).click()
    const drawer = page.getByRole('dialog', { name: 'Errors and requests' })
    await drawer.getByRole('treeitem', { name: 'conflict' }).waitFor()
    expect(await violations(page)).toEqual([])
    await drawer.getByRole('treeitem', { name: 'quota_exceeded' }).click()
    await drawer.waitFor({ state: 'hidden' })
    await result(page, 'Express in ai-api').getByText('Complete').waitFor()
    await page.getByRole('button', { name: 'quota_exceeded' }).click()
    await page.keyboard.press('Escape')
    await drawer.waitFor({ state: 'hidden' })
  })

  test('a new selection cancels the previous request', async () => {
    const page = await open('#tab=streams&model=slow-stream&stream=1')
    await page.getByRole('list', { name: 'Events' }).waitFor()
    await item(page, /^overloaded: |^overloaded Fails/).click()
    await result(page, 'Express in ai-api').getByText('503', { exact: true }).first().waitFor()
    await expect.poll(() => all!.apps.Express.openStreams()).toBe(0)
    expect(await page.getByRole('list', { name: 'Events' }).count()).toBe(0)
  })
})

describe('a page whose server stops', { timeout: 30_000 }, () => {
  skipUnlessChromium()

  test('reports it and keeps the part that has arrived', async () => {
    const own = await startAll()
    const { page } = await openPage(browser!, `${own.url}/#model=slow-stream&stream=1&tab=streams`)
    await page.getByRole('list', { name: 'Events' }).waitFor()
    await own.close()
    await page.getByText('The response is incomplete.').waitFor()
    expect(await page.getByRole('list', { name: 'Events' }).getByRole('listitem').count()).toBeGreaterThan(0)
    await item(page, /^echo/).click()
    await page.getByText('Nothing was sent.').waitFor()
    await page.context().close()
  })
})
