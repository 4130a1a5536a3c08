import type { CheckReport, CheckResult } from '@faultline/testing/check'
import junit, { type Builder } from 'junit-report-builder'
import { groupByTopic } from './report.ts'

/** Formats a report as JUnit XML: one suite per topic, one test case per probe. */
export function formatJunit(report: CheckReport): string {
  // The package is CommonJS, but its types describe an ES module.
  const builder = (junit as unknown as Builder).newBuilder()
  for (const [topic, results] of groupByTopic(report)) {
    const suite = builder.testSuite().name(topic)
    for (const result of results) {
      const test = suite
        .testCase()
        .className(topic)
        .name(toXmlText(result.name))
        .time(result.milliseconds / 1000)
      const { outcome, reason, findings } = result
      const [finding] = findings
      if (outcome === 'skipped') {
        test.skipped()
        test.standardOutput(toXmlText(reason ?? ''))
      } else if (outcome === 'failed') {
        test.failure(toXmlText(finding?.message ?? ''), finding?.rule)
        test.standardOutput(toXmlText(formatDetails(result)))
      }
    }
  }
  return builder.build()
}

function formatDetails({ request, status, findings }: CheckResult): string {
  const requestLine = request === undefined ? '' : `${request}${status === undefined ? '' : ` → ${status}`}\n`
  return requestLine + findings.map(({ rule, message }) => `${rule}: ${message}\n`).join('')
}

/** Replaces characters that XML does not allow (XML 1.0, section 2.2); responses may contain them. */
function toXmlText(text: string): string {
  // oxlint-disable-next-line no-control-regex -- the expression replaces control characters
  return text.toWellFormed().replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '\uFFFD')
}
