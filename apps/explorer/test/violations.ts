import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** What axe finds, of its rules for WCAG 2.2 and of best practices. */
export async function violations(page: Page): Promise<unknown[]> {
  await page.evaluate(axe.source)
  return page.evaluate(async () => {
    const { axe: checker } = globalThis as unknown as { axe: typeof axe }
    const found = await checker.run()
    return found.violations.map(({ id, nodes }) => ({
      id,
      nodes: nodes.slice(0, 4).map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary}`),
    }))
  })
}
