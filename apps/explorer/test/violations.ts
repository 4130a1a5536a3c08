import axe from 'axe-core'
import type { Page } from 'playwright-core'

/**
 * Returns the accessibility violations that axe finds.
 *
 * @param rules The rules to check. @default its rules for WCAG 2.2 and best practices
 */
export async function violations(page: Page, rules?: readonly string[]): Promise<unknown[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source)
  return page.evaluate(async (values) => {
    const { axe: checker } = globalThis as unknown as { axe: typeof axe }
    const results = await checker.run(values === undefined ? {} : { runOnly: [...values] })
    return results.violations.map(({ id, nodes }) => ({
      id,
      nodes: nodes.slice(0, 4).map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary}`),
    }))
  }, rules)
}
