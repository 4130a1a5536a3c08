import { bold, printable, type Surroundings } from '../cli-io.ts'
import type { Change } from './change.ts'

/** The most places that are named; of more, their number is told. */
const MOST_PLACES = 3

/** Changes for people, the breaking ones first, by rule. */
export function toldChanges(changes: readonly Change[], surroundings: Surroundings): string {
  if (changes.length === 0) return 'Nothing changed.\n'
  return [true, false]
    .flatMap((isBreaking) => {
      const some = changes.filter((change) => change.isBreaking === isBreaking)
      if (some.length === 0) return []
      const title = `${isBreaking ? 'Breaks clients' : 'Breaks none'}: ${some.length}`
      return [`${bold(title, surroundings)}\n${byRule(some, surroundings)}`]
    })
    .join('\n')
}

/** Each rule with its reason, and what it found below. */
function byRule(changes: readonly Change[], surroundings: Surroundings): string {
  const lines = new Map<string, string[]>()
  for (const change of changes) {
    const title = `  ${bold(change.rule, surroundings)}  ${change.why}\n`
    lines.set(title, [...(lines.get(title) ?? []), line(change)])
  }
  return [...lines].map(([title, some]) => title + some.join('')).join('')
}

function line({ what, where, before, after }: Change): string {
  const was = before === undefined ? [] : [`was ${shown(before)}`]
  const is = after === undefined ? [] : [`is ${shown(after)}`]
  const values = [...was, ...is].join(', ')
  return `    ${printable([what, values, places(where)].filter((part) => part !== '').join(': '))}\n`
}

function places(where: readonly string[]): string {
  const named = where.slice(0, MOST_PLACES).join('; ')
  return where.length > MOST_PLACES ? `${named}; and ${where.length - MOST_PLACES} more` : named
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.join(' | ')
  return typeof value === 'string' ? value : JSON.stringify(value)
}
