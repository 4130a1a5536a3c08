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
const wires = reference.groups.flatMap(({ entries }) => entries.map(({ code }) => code))
const page = toHtml(reference)
/** One of everything, where each element costs time. */
const few = toHtml(
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

const asked: string[] = []
const server = createServer((request, response) => {
  asked.push(request.url!)
  response.setHeader('content-type', 'text/html; charset=utf-8')
  response.end(request.url === '/few' ? few : page)
})

let browser: Browser
let url: string
/** What went wrong in any page of a test. */
let troubles: string[]

async function open(address = '', options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  const tab = await context.newPage()
  tab.on('console', (message) => troubles.push(message.text()))
  tab.on('pageerror', (error) => troubles.push(String(error)))
  tab.on('request', (request) => {
    if (!request.isNavigationRequest() && !request.url().startsWith('data:')) troubles.push(request.url())
  })
  await tab.goto(new URL(address, url).href)
  return tab
}

const shown = (tab: Page): Promise<string[]> =>
  tab.evaluate<string[]>(
    "[...document.querySelectorAll('.entry')].filter((each) => each.checkVisibility()).map((each) => each.id)",
  )
const background = (tab: Page): Promise<string> =>
  tab.evaluate<string>('getComputedStyle(document.body).backgroundColor')
const WHITE = 'rgb(255, 255, 255)'

beforeEach((context) => {
  context.skip(!existsSync(executablePath), 'There is no Chromium; CHROMIUM_PATH names one.')
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
    troubles = []
  })

  afterEach(async () => {
    if (browser === undefined) return
    if (troubles.length > 0) throw new Error(troubles.join('\n'))
    for (const context of browser.contexts()) await context.close()
  })

  afterAll(async () => {
    await browser?.close()
    server.close()
  })

  test('asks for nothing but itself', async () => {
    asked.length = 0
    await open()
    expect(asked).toEqual(['/errors'])
  })

  test('is searched by code, kind, status and words, and says how many fit', async () => {
    const tab = await open()
    const hits = tab.locator('output')
    expect(await shown(tab)).toEqual(wires)
    await tab.keyboard.press('/')
    expect(await tab.evaluate<string>('document.activeElement.type')).toBe('search')
    await tab.keyboard.type('429')
    expect(await shown(tab)).toEqual(['RATE_LIMIT_EXCEEDED', 'CONCURRENT_LIMIT_EXCEEDED'])
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
      expect(await shown(tab)).toEqual(found === undefined ? [] : [found])
    }
    expect(await tab.locator('.none').isVisible()).toBe(true)
    expect(await hits.textContent()).toBe('0 of 55 codes')
    await tab.keyboard.press('Escape')
    expect(await shown(tab)).toEqual(wires)
    expect(await hits.textContent()).toBe('')
    expect(await tab.locator('h1').isVisible()).toBe(true)
  })

  test('opens at the code that its address names, whatever is searched for', async () => {
    const top = (tab: Page): Promise<number> =>
      tab.evaluate<number>("document.getElementById('OVERLOADED').getBoundingClientRect().top")
    const tab = await open('#OVERLOADED')
    expect(await top(tab)).toBeGreaterThanOrEqual(0)
    expect(await top(tab)).toBeLessThan(120)
    await tab.locator('input').fill('temperature')
    expect(await shown(tab)).not.toContain('OVERLOADED')
    await tab.evaluate("location.hash = ''")
    await tab.evaluate("location.hash = '#OVERLOADED'")
    await expect.poll(() => shown(tab)).toContain('OVERLOADED')
    await expect.poll(() => top(tab)).toBeLessThan(120)
    expect(await tab.locator('[aria-current]').getAttribute('href')).toBe('#OVERLOADED')
  })

  test('is light or dark as the system is, unless its reader chose', async () => {
    const light = await open('', { colorScheme: 'light' })
    expect(await background(light)).toBe(WHITE)
    const dark = await open('', { colorScheme: 'dark' })
    expect(await background(dark)).not.toBe(WHITE)
    const toggle = dark.getByRole('button', { name: 'Dark theme' })
    expect(await toggle.getAttribute('aria-pressed')).toBe('true')
    await toggle.click()
    expect(await background(dark)).toBe(WHITE)
    expect(await toggle.getAttribute('aria-pressed')).toBe('false')
    await dark.reload()
    expect(await background(dark)).toBe(WHITE)
  })

  test('shows code in the language that is chosen, in all entries at once, by keyboard too', async () => {
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

  test('copies code', async () => {
    const tab = await open('', { permissions: ['clipboard-read', 'clipboard-write'] })
    const button = tab.locator('[id="OVERLOADED"] figure').first().getByRole('button')
    await button.click()
    await expect.poll(() => button.textContent()).toBe('Copied')
    const copied = JSON.parse(await tab.evaluate<string>('navigator.clipboard.readText()')) as object
    expect(copied).toMatchObject({ success: false, error: { code: 'OVERLOADED' } })
  })

  test.each(['light', 'dark'] as const)(
    'has no fault that axe finds, %s',
    async (colorScheme) => {
      for (const width of [1280, 390]) {
        const tab = await open('/few#OVERLOADED', { colorScheme, viewport: { width, height: 900 } })
        await tab.evaluate(axe)
        const { violations, passes } = await tab.evaluate<AxeResults>('axe.run()')
        expect(violations.map(({ id, nodes }) => [id, nodes[0]!.html])).toEqual([])
        expect(passes.length).toBeGreaterThan(20)
      }
    },
    120_000,
  )

  test.each([390, 320, 800, 1280])('is no wider than a screen of %i pixels', async (width) => {
    const tab = await open('', { viewport: { width, height: 844 } })
    for (const language of ['curl', 'TypeScript', 'Python', 'Stream']) {
      await tab.getByRole('tab', { name: language }).last().click()
      expect(await tab.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
    }
  })

  test('shows all without a script', async () => {
    const tab = await open('', { javaScriptEnabled: false })
    for (const wire of wires) {
      expect(await tab.locator(`[id="${wire}"]`).isVisible()).toBe(true)
    }
    const figures = tab.locator('figure')
    const count = await figures.count()
    expect(count).toBeGreaterThan(5 * wires.length)
    for (const at of [0, 1, 2, count - 3, count - 2, count - 1])
      expect(await figures.nth(at).isVisible()).toBe(true)
    expect(await tab.locator('.bar').isVisible()).toBe(false)
  })

  test('prints all of it, in the light, without what is of no use on paper', async () => {
    const tab = await open('#OVERLOADED', { colorScheme: 'dark' })
    await tab.getByRole('button', { name: 'Dark theme' }).click()
    await tab.getByRole('button', { name: 'Dark theme' }).click()
    await tab.locator('input').fill('429')
    expect(await background(tab)).not.toBe(WHITE)
    await tab.emulateMedia({ media: 'print' })
    expect(await background(tab)).toBe(WHITE)
    expect(await shown(tab)).toEqual(wires)
    const hidden =
      "[...document.querySelectorAll('figure, h1, h2, table')].filter((each) => !each.checkVisibility() && !each.closest('.contents')).length"
    expect(await tab.evaluate<number>(hidden)).toBe(0)
    for (const selector of ['.bar', '.contents', '.copy', '.tabs', '.none']) {
      expect(await tab.locator(selector).first().isVisible()).toBe(false)
    }
    expect((await tab.pdf({ format: 'A4' })).length).toBeGreaterThan(50_000)
  })
})
