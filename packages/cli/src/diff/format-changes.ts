import { bold, toPrintable, type CliIO } from '../cli-io.ts'
import { groupBy } from '../group-by.ts'
import type { Change } from './change.ts'

/** Maximum number of affected responses that are listed per change. */
const MAX_PLACES = 3

/** Formats changes by rule, the breaking ones first. */
export function formatChanges(changes: readonly Change[], io: CliIO): string {
  if (changes.length === 0) return 'No changes.\n'
  return [true, false]
    .flatMap((isBreaking) => {
      const selected = changes.filter((change) => change.isBreaking === isBreaking)
      if (selected.length === 0) return []
      const title = `${isBreaking ? 'Breaking' : 'Not breaking'}: ${selected.length}`
      return [`${bold(title, io)}\n${formatByRule(selected, io)}`]
    })
    .join('\n')
}

/** Formats each rule and its reason, followed by its changes. */
function formatByRule(changes: readonly Change[], io: CliIO): string {
  const groups = groupBy(changes, ({ rule, why }) => `  ${bold(rule, io)}  ${why}\n`)
  return [...groups].map(([title, group]) => title + group.map(formatChange).join('')).join('')
}

function formatChange({ what, where, before, after }: Change): string {
  const values = [
    ...(before === undefined ? [] : [`was ${formatValue(before)}`]),
    ...(after === undefined ? [] : [`is ${formatValue(after)}`]),
  ].join(', ')
  const parts = [what, values, formatPlaces(where)].filter((part) => part !== '')
  return `    ${toPrintable(parts.join(': '))}\n`
}

function formatPlaces(where: readonly string[]): string {
  const listed = where.slice(0, MAX_PLACES).join('; ')
  return where.length > MAX_PLACES ? `${listed}; and ${where.length - MAX_PLACES} more` : listed
}

function formatValue(value: unknown): string {
  if (Array.isArray(value)) return value.join(' | ')
  return typeof value === 'string' ? value : JSON.stringify(value)
}
