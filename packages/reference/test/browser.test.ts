import { existsSync, readFileSync } from 'node:fs'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { resolveEnvelope } from '@faultline/core'
import type { AxeResults } from 'axe-core'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { buildReference, toHtml } from '../src/index.ts'

const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

const reference = buildReference(resolveEnvelope('ai-api'))
const codes = reference.groups.flatMap(({ entries }) => entries.map(({ code }) => code))
const page = toHtml(reference)
/** A smaller page with every type of element, since axe checks each element. */
const smallPage = toHtml(
  buildReference(resolveEnvelope('ai-api'), {
    errors: [
      'invalid_request',
      'malformed_body',
      'invalid_temperature',
      'overloaded',
      'internal_error',
      'conflict',
    ],
  }),
)
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const requestedUrls: string[] = []
const server = createServer((request, response) => {
  requestedUrls.push(request.url!)
  response.setHeader('content-type', 'text/html; charset=utf-8')
  response.end(request.url === '/small' ? smallPage : page)
})

let browser: Browser
let url: string
/** Console messages, errors and unexpected requests of all pages of a test. */
let problems: string[]

async function open(address = '', options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  const tab = await context.newPage()
  tab.on('console', (message) => problems.push(message.text()))
  tab.on('pageerror', (error) => problems.push(String(error)))
  tab.on('request', (request) => {
    if (!request.isNavigationRequest() && !request.url().startsWith('data:')) problems.push(request.url())
  })
  await tab.goto(new URL(address, url).href)
  return tab
}

const listVisibleCodes = (tab: Page): Promise<string[]> =>
  tab.evaluate<string[]>(
    "[...document.querySelectorAll('.entry')].filter((each) => each.checkVisibility()).map((each) => each.id)",
  )
const getBackground = (tab: Page): Promise<string> =>
  tab.evaluate<string>('getComputedStyle(document.body).backgroundColor')
const WHITE = 'rgb(255, 255, 255)'

beforeEach((context) => {
  context.skip(!existsSync(executablePath), 'Chromium is not installed; set CHROMIUM_PATH.')
})

describe('the page in a browser', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    if (!existsSync(executablePath)) return
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/errors`
    browser = await chromium.launch({ executablePath, args })
  }, 60_000)

  beforeEach(() => {
    problems = []
  })

  afterEach(async () => {
    if (browser === undefined) return
    if (problems.length > 0) throw new Error(problems.join('\n'))
    for (const context of browser.contexts()) await context.close()
  })

  afterAll(async () => {
    await browser?.close()
    server.close()
  })

  test('requests only itself', async () => {
    requestedUrls.length = 0
    await open()
    expect(requestedUrls).toEqual(['/errors'])
  })

  test('is searchable by code, error class, status and words, and shows the number of matches', async () => {
    const tab = await open()
    const hits = tab.locator('output')
    expect(await listVisibleCodes(tab)).toEqual(codes)
    await tab.keyboard.press('/')
    expect(await tab.evaluate<string>('document.activeElement.type')).toBe('search')
    await tab.keyboard.type('429')
    expect(await listVisibleCodes(tab)).toEqual(['RATE_LIMIT_EXCEEDED', 'CONCURRENT_LIMIT_EXCEEDED'])
    expect(await hits.textContent()).toBe('2 of 55 codes')
    const groups =
      "[...document.querySelectorAll('.group > h2')].filter((each) => each.checkVisibility()).map((each) => each.textContent)"
    expect(await tab.evaluate<string[]>(groups)).toEqual(['429 Too Many Requests'])
    for (const [words, found] of [
      ['time window', 'RATE_LIMIT_EXCEEDED'],
      ['malformed_body', 'INVALID_REQUEST'],
      ['temperature between', 'INVALID_TEMPERATURE'],
      ['url', undefined],
    ] as const) {
      await tab.locator('input').fill(words)
      expect(await listVisibleCodes(tab)).toEqual(found === undefined ? [] : [found])
    }
    expect(await tab.locator('.none').isVisible()).toBe(true)
    expect(await hits.textContent()).toBe('0 of 55 codes')
    await tab.keyboard.press('Escape')
    expect(await listVisibleCodes(tab)).toEqual(codes)
    expect(await hits.textContent()).toBe('')
    expect(await tab.locator('h1').isVisible()).toBe(true)
  })

  test('scrolls to the code in the URL, even if the search does not match it', async () => {
    const top = (tab: Page): Promise<number> =>
      tab.evaluate<number>("document.getElementById('OVERLOADED').getBoundingClientRect().top")
    const tab = await open('#OVERLOADED')
    expect(await top(tab)).toBeGreaterThanOrEqual(0)
    expect(await top(tab)).toBeLessThan(120)
    await tab.locator('input').fill('temperature')
    expect(await listVisibleCodes(tab)).not.toContain('OVERLOADED')
    await tab.evaluate("location.hash = ''")
    await tab.evaluate("location.hash = '#OVERLOADED'")
    await expect.poll(() => listVisibleCodes(tab)).toContain('OVERLOADED')
    await expect.poll(() => top(tab)).toBeLessThan(120)
    expect(await tab.locator('[aria-current]').getAttribute('href')).toBe('#OVERLOADED')
  })

  test('follows the color scheme of the system until the reader selects one', async () => {
    const light = await open('', { colorScheme: 'light' })
    expect(await getBackground(light)).toBe(WHITE)
    const dark = await open('', { colorScheme: 'dark' })
    expect(await getBackground(dark)).not.toBe(WHITE)
    const toggle = dark.getByRole('button', { name: 'Dark theme' })
    expect(await toggle.getAttribute('aria-pressed')).toBe('true')
    await toggle.click()
    expect(await getBackground(dark)).toBe(WHITE)
    expect(await toggle.getAttribute('aria-pressed')).toBe('false')
    await dark.reload()
    expect(await getBackground(dark)).toBe(WHITE)
  })

  test('shows the selected language in all entries, also by keyboard', async () => {
    const tab = await open('#OVERLOADED')
    const panels =
      "[...document.querySelectorAll('.choice .panel:not([hidden])')].map((each) => each.dataset.language)"
    expect(new Set(await tab.evaluate<string[]>(panels))).toEqual(new Set(['curl']))
    const entry = tab.locator('[id="OVERLOADED"]')
    await entry.getByRole('tab', { name: 'curl' }).focus()
    await tab.keyboard.press('ArrowRight')
    await tab.keyboard.press('ArrowRight')
    expect(new Set(await tab.evaluate<string[]>(panels))).toEqual(new Set(['python']))
    expect(await entry.getByRole('tab', { selected: true }).textContent()).toBe('Python')
    await tab.reload()
    expect(new Set(await tab.evaluate<string[]>(panels))).toEqual(new Set(['python']))
  })

  test('copies code to the clipboard', async () => {
    const tab = await open('', { permissions: ['clipboard-read', 'clipboard-write'] })
    const button = tab.locator('[id="OVERLOADED"] figure').first().getByRole('button')
    await button.click()
    await expect.poll(() => button.textContent()).toBe('Copied')
    const copied = JSON.parse(await tab.evaluate<string>('navigator.clipboard.readText()')) as object
    expect(copied).toMatchObject({ success: false, error: { code: 'OVERLOADED' } })
  })

  test.each(['light', 'dark'] as const)(
    'passes the axe accessibility checks, %s',
    async (colorScheme) => {
      for (const width of [1280, 390]) {
        const tab = await open('/small#OVERLOADED', { colorScheme, viewport: { width, height: 900 } })
        await tab.evaluate(axe)
        const { violations, passes } = await tab.evaluate<AxeResults>('axe.run()')
        expect(violations.map(({ id, nodes }) => [id, nodes[0]!.html])).toEqual([])
        expect(passes.length).toBeGreaterThan(20)
      }
    },
    120_000,
  )

  test.each([390, 320, 800, 1280])('fits a screen of %i pixels', async (width) => {
    const tab = await open('', { viewport: { width, height: 844 } })
    for (const language of ['curl', 'TypeScript', 'Python', 'Stream']) {
      await tab.getByRole('tab', { name: language }).last().click()
      expect(await tab.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
    }
  })

  test('shows everything without JavaScript', async () => {
    const tab = await open('', { javaScriptEnabled: false })
    for (const code of codes) {
      expect(await tab.locator(`[id="${code}"]`).isVisible()).toBe(true)
    }
    const figures = tab.locator('figure')
    const count = await figures.count()
    expect(count).toBeGreaterThan(5 * codes.length)
    for (const index of [0, 1, 2, count - 3, count - 2, count - 1])
      expect(await figures.nth(index).isVisible()).toBe(true)
    expect(await tab.locator('.bar').isVisible()).toBe(false)
  })

  test('prints everything in the light theme, without interactive elements', async () => {
    const tab = await open('#OVERLOADED', { colorScheme: 'dark' })
    await tab.getByRole('button', { name: 'Dark theme' }).click()
    await tab.getByRole('button', { name: 'Dark theme' }).click()
    await tab.locator('input').fill('429')
    expect(await getBackground(tab)).not.toBe(WHITE)
    await tab.emulateMedia({ media: 'print' })
    expect(await getBackground(tab)).toBe(WHITE)
    expect(await listVisibleCodes(tab)).toEqual(codes)
    const hidden =
      "[...document.querySelectorAll('figure, h1, h2, table')].filter((each) => !each.checkVisibility() && !each.closest('.contents')).length"
    expect(await tab.evaluate<number>(hidden)).toBe(0)
    for (const selector of ['.bar', '.contents', '.copy', '.tabs', '.none']) {
      expect(await tab.locator(selector).first().isVisible()).toBe(false)
    }
    expect((await tab.pdf({ format: 'A4' })).length).toBeGreaterThan(50_000)
  })
})
