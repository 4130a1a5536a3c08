import type { Raise } from '../shared/send-request.ts'
import { getName } from './view.ts'

/** An entry of a list in the sidebar. */
export interface Choice {
  readonly id: string
  readonly label: string
  readonly description: string
  readonly status?: number | undefined
  readonly retryable?: boolean | undefined
  readonly raise: Raise
  readonly children: readonly Choice[]
}

/** Filters choices by words. Ancestors of matching choices are kept. */
export function filterChoices(choices: readonly Choice[], text: string): readonly Choice[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return choices
  return choices.flatMap((choice) => {
    const children = filterChoices(choice.children, text)
    const searched = `${choice.label} ${choice.description} ${choice.status ?? ''}`.toLowerCase()
    const isMatch = words.every((word) => searched.includes(word))
    return children.length > 0 || isMatch ? [{ ...choice, children }] : []
  })
}

/** Returns whether a choice is the selected one. The options of an error are ignored. */
export function isSelected({ raise }: Choice, selected: Raise | undefined): boolean {
  if (selected === undefined || raise.kind !== selected.kind || getName(raise) !== getName(selected))
    return false
  // A model is in two lists, an error only in one.
  return raise.kind !== 'chat' || selected.kind !== 'chat' || raise.stream === selected.stream
}
