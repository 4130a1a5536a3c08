import { rules, type CheckReport, type CheckResult, type RuleName } from '@faultline/testing/check'
import { bold, type Surroundings } from '../surroundings.ts'

/** So many failed probes of a topic are told, unless all are asked for. */
const MOST = 5

/** Topics that may raise a 429 on purpose. */
const ASKED_FOR: ReadonlySet<string> = new Set(['raise', 'stream', 'requests'])

/** Results by topic, in their order. */
export function topicsOf({ results }: CheckReport): Map<string, CheckResult[]> {
  const topics = new Map<string, CheckResult[]>()
  for (const result of results) topics.set(result.topic, [...(topics.get(result.topic) ?? []), result])
  return topics
}

/** A report for people: topic by topic, then what is broken, rule by rule. */
export function toldReport(
  report: CheckReport,
  { isAll }: { readonly isAll: boolean },
  surroundings: Surroundings,
): string {
  const { url, envelope, passed, failed, skipped } = report
  const topics = [...topicsOf(report)].map(([topic, results]) =>
    toldTopic(topic, results, isAll, surroundings),
  )
  const isLimited = report.results.some(
    ({ topic, outcome, status }) => outcome === 'failed' && status === 429 && !ASKED_FOR.has(topic),
  )
  const hint = isLimited ? '\nThe server limits rates: --delay waits between requests.\n' : ''
  const closing = `${passed} passed, ${failed} failed, ${skipped} skipped`
  return `${bold(`${url} in ${envelope}`, surroundings)}\n\n${topics.join('')}${toldRules(report, surroundings)}${hint}\n${bold(closing, surroundings)}\n`
}

function toldTopic(
  topic: string,
  results: readonly CheckResult[],
  isAll: boolean,
  surroundings: Surroundings,
): string {
  const failed = results.filter(({ outcome }) => outcome === 'failed')
  const skipped = results.filter(({ outcome }) => outcome === 'skipped')
  const run = results.length - skipped.length
  const sign = failed.length > 0 ? '✗' : run > 0 ? '✓' : '-'
  const count = failed.length > 0 ? `${failed.length} of ${run} failed` : run > 0 ? `${run} passed` : ''
  const lines = [`${sign} ${bold(topic.padEnd(11), surroundings)} ${count}`.trimEnd()]
  for (const { name, request, status, findings } of isAll ? failed : failed.slice(0, MOST)) {
    const asked = request === undefined ? '' : ` (${request}${status === undefined ? '' : ` → ${status}`})`
    lines.push(`    ✗ ${name}${asked}`)
    for (const { rule, message } of findings) lines.push(`        ${rule}: ${message}`)
  }
  if (!isAll && failed.length > MOST) lines.push(`    … and ${failed.length - MOST} more; --all tells them`)
  for (const [reason, names] of byReason(skipped)) {
    const which =
      names.length === results.length
        ? 'all'
        : names.length > 3
          ? `${names.length} of them`
          : names.join(', ')
    lines.push(`    skipped ${which}: ${reason}`)
  }
  return `${lines.join('\n')}\n`
}

function byReason(skipped: readonly CheckResult[]): Map<string, string[]> {
  const reasons = new Map<string, string[]>()
  for (const { name, reason = '' } of skipped) reasons.set(reason, [...(reasons.get(reason) ?? []), name])
  return reasons
}

/** Which rules are broken, how often, and what they say. */
function toldRules({ results }: CheckReport, surroundings: Surroundings): string {
  const counts = new Map<RuleName, number>()
  for (const { findings } of results)
    for (const { rule } of findings) counts.set(rule, (counts.get(rule) ?? 0) + 1)
  if (counts.size === 0) return ''
  const lines = [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .map(
      ([rule, count]) =>
        `  ${String(count).padStart(4)} × ${bold(rule.padEnd(17), surroundings)} ${rules[rule]}\n`,
    )
  return `\nBroken rules\n${lines.join('')}`
}
