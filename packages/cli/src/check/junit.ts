import type { CheckReport, CheckResult } from '@faultline/testing/check'
import junit, { type Builder } from 'junit-report-builder'
import { topicsOf } from './report.ts'

/** A report as JUnit writes it: a suite to a topic, a case to a probe. */
export function junitOf(report: CheckReport): string {
  // It is CommonJS whose types tell of an ES module.
  const builder = (junit as unknown as Builder).newBuilder()
  for (const [topic, results] of topicsOf(report)) {
    const suite = builder.testSuite().name(topic)
    for (const result of results) {
      const test = suite
        .testCase()
        .className(topic)
        .name(sendable(result.name))
        .time(result.milliseconds / 1000)
      const { outcome, reason, findings } = result
      if (outcome === 'skipped') {
        test.skipped()
        test.standardOutput(sendable(reason ?? ''))
      } else if (outcome === 'failed') {
        test.failure(sendable(findings[0]!.message), findings[0]!.rule)
        test.standardOutput(sendable(detailsOf(result)))
      }
    }
  }
  return builder.build()
}

function detailsOf({ request, status, findings }: CheckResult): string {
  const asked =
    request === undefined ? '' : `${request}${status === undefined ? '' : ` was answered ${status}`}\n`
  return asked + findings.map(({ rule, message }) => `${rule}: ${message}\n`).join('')
}

/** What an answer held may be no XML (XML 1.0, 2.2). */
function sendable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  return text.toWellFormed().replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '\uFFFD')
}
