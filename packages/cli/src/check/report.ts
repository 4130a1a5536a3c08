import { rules, type CheckReport, type CheckResult, type RuleName } from '@faultline/testing/check'
import { bold, type Surroundings } from '../cli-io.ts'

/** So many kinds of failure of a topic are told, unless all are asked for. */
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
  const hints = hintsFor(report).map((hint) => `\n${hint}\n`)
  const closing = `${passed} passed, ${failed} failed, ${skipped} skipped`
  return `${bold(`${url} in ${envelope}`, surroundings)}\n\n${topics.join('')}${toldRules(report, surroundings)}${hints.join('')}\n${bold(closing, surroundings)}\n`
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
  const groups = [...alike(failed)]
  for (const group of isAll ? groups : groups.slice(0, MOST)) {
    lines.push(`    ✗ ${namesOf(group, isAll)}`)
    for (const { rule, message } of group[0]!.findings) lines.push(`        ${rule}: ${message}`)
  }
  const left = isAll ? 0 : groups.slice(MOST).reduce((sum, group) => sum + group.length, 0)
  if (left > 0) lines.push(`    … and ${left} more; --all tells them`)
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

/** Failed probes, those together in which the same is wrong. */
function alike(failed: readonly CheckResult[]): Iterable<CheckResult[]> {
  const groups = new Map<string, CheckResult[]>()
  for (const result of failed) {
    const key = JSON.stringify(result.findings)
    groups.set(key, [...(groups.get(key) ?? []), result])
  }
  return groups.values()
}

/** What probes are called; of one alone also what was asked. */
function namesOf(group: readonly CheckResult[], isAll: boolean): string {
  const [{ name, request, status }] = group as [CheckResult]
  if (group.length === 1) {
    return request === undefined ? name : `${name} (${request}${status === undefined ? '' : ` → ${status}`})`
  }
  const told = isAll ? group : group.slice(0, 3)
  const left = group.length - told.length
  return told.map((each) => each.name).join(', ') + (left === 0 ? '' : ` and ${left} more`)
}

/** What helps against much at once. */
function hintsFor({ results }: CheckReport): string[] {
  const failed = results.filter(({ outcome }) => outcome === 'failed')
  const isLimited = failed.some(({ topic, status }) => status === 429 && !ASKED_FOR.has(topic))
  const refused = failed.filter(({ status }) => status === 401)
  const isUnknown = refused.length > failed.length / 2
  const isBare = failed.some(
    ({ topic, findings }) => topic === 'protocol' && findings.some(({ rule }) => rule === 'json'),
  )
  return [
    ...(isLimited ? ['The server limits rates: --delay waits between requests.'] : []),
    ...(isUnknown ? ['Most of it was answered 401: does --header bring a key that is valid?'] : []),
    ...(isBare
      ? [
          'What is no HTTP is answered below any framework: `attach(server, options)` of Faultline’s adapters does it. A proxy’s own answers are a gap of the plan.',
        ]
      : []),
  ]
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
