import { rules, type CheckReport, type CheckResult, type RuleName } from '@faultline/testing/check'
import { bold, type CliIO } from '../cli-io.ts'
import { groupBy } from '../group-by.ts'

/** Maximum number of failure groups per topic without --all. */
const MAX_GROUPS = 5

/** Maximum number of probe names per failure group without --all, and per reason for skipping. */
const MAX_NAMES = 3

/** Topics in which the server is asked to raise errors, possibly a 429. */
const topicsThatRaiseErrors: ReadonlySet<string> = new Set(['raise', 'stream', 'requests'])

/** Groups results by topic, in order. */
export function groupByTopic({ results }: CheckReport): Map<string, CheckResult[]> {
  return groupBy(results, ({ topic }) => topic)
}

/** Formats a report: topics with failed probes, then violated rules, hints and totals. */
export function formatReport(
  report: CheckReport,
  { showsAll }: { readonly showsAll: boolean },
  io: CliIO,
): string {
  const { url, envelope, passed, failed, skipped } = report
  const topics = [...groupByTopic(report)].map(([topic, results]) =>
    formatTopic(topic, results, showsAll, io),
  )
  const hints = createHints(report).map((hint) => `\n${hint}\n`)
  const totals = `${passed} passed, ${failed} failed, ${skipped} skipped`
  return `${bold(`${url} in ${envelope}`, io)}\n\n${topics.join('')}${formatRules(report, io)}${hints.join('')}\n${bold(totals, io)}\n`
}

function formatTopic(topic: string, results: readonly CheckResult[], showsAll: boolean, io: CliIO): string {
  const failed = results.filter(({ outcome }) => outcome === 'failed')
  const skipped = results.filter(({ outcome }) => outcome === 'skipped')
  const run = results.length - skipped.length
  const sign = failed.length > 0 ? '✗' : run > 0 ? '✓' : '-'
  const count = failed.length > 0 ? `${failed.length} of ${run} failed` : run > 0 ? `${run} passed` : ''
  const lines = [`${sign} ${bold(topic.padEnd(11), io)} ${count}`.trimEnd()]
  // Probes with equal findings are shown together.
  const groups = [...groupBy(failed, ({ findings }) => JSON.stringify(findings)).values()]
  const shown = showsAll ? groups : groups.slice(0, MAX_GROUPS)
  for (const group of shown) {
    lines.push(`    ✗ ${formatNames(group, showsAll)}`)
    for (const { rule, message } of group[0]?.findings ?? []) lines.push(`        ${rule}: ${message}`)
  }
  const hidden = groups.slice(shown.length).reduce((sum, group) => sum + group.length, 0)
  if (hidden > 0) lines.push(`    … and ${hidden} more (use --all)`)
  for (const [reason, group] of groupBy(skipped, (result) => result.reason ?? '')) {
    const names = group.map(({ name }) => name)
    const which =
      names.length === results.length
        ? 'all'
        : names.length > MAX_NAMES
          ? `${names.length} probes`
          : names.join(', ')
    lines.push(`    skipped ${which}: ${reason}`)
  }
  return `${lines.join('\n')}\n`
}

/** Formats the names of probes with equal findings. A single probe includes its request. */
function formatNames(group: readonly CheckResult[], showsAll: boolean): string {
  const [first, ...others] = group
  if (first !== undefined && others.length === 0) {
    const { name, request, status } = first
    return request === undefined ? name : `${name} (${request}${status === undefined ? '' : ` → ${status}`})`
  }
  const shown = showsAll ? group : group.slice(0, MAX_NAMES)
  const hidden = group.length - shown.length
  return shown.map(({ name }) => name).join(', ') + (hidden === 0 ? '' : ` and ${hidden} more`)
}

/** Creates hints on causes that affect many probes. */
function createHints({ results }: CheckReport): string[] {
  const failed = results.filter(({ outcome }) => outcome === 'failed')
  const isRateLimited = failed.some(
    ({ topic, status }) => status === 429 && !topicsThatRaiseErrors.has(topic),
  )
  const unauthorized = failed.filter(({ status }) => status === 401)
  const failsOnInvalidHttp = failed.some(
    ({ topic, findings }) => topic === 'protocol' && findings.some(({ rule }) => rule === 'json'),
  )
  return [
    ...(isRateLimited ? ['The server enforces a rate limit; use --delay to slow down.'] : []),
    ...(unauthorized.length > failed.length / 2
      ? ['Most responses were 401; pass a valid key with --header.']
      : []),
    ...(failsOnInvalidHttp
      ? [
          'Invalid HTTP is rejected before the framework runs; use attach(server, options). If a proxy responds instead, add a gap to the plan.',
        ]
      : []),
  ]
}

/** Formats the violated rules by number of findings. */
function formatRules({ results }: CheckReport, io: CliIO): string {
  const counts = new Map<RuleName, number>()
  for (const { findings } of results)
    for (const { rule } of findings) counts.set(rule, (counts.get(rule) ?? 0) + 1)
  if (counts.size === 0) return ''
  const lines = [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .map(([rule, count]) => `  ${String(count).padStart(4)} × ${bold(rule.padEnd(17), io)} ${rules[rule]}\n`)
  return `\nViolated rules\n${lines.join('')}`
}
