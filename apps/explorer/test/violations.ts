import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** Returns the accessibility violations that axe finds, by its rules for WCAG 2.2 and best practices. */
export async function violations(page: Page): Promise<unknown[]> {
  await page.evaluate(axe.source)
  return page.evaluate(async () => {
    const { axe: checker } = globalThis as unknown as { axe: typeof axe }
    const results = await checker.run()
    return results.violations.map(({ id, nodes }) => ({
      id,
      nodes: nodes.slice(0, 4).map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary}`),
    }))
  })
}
