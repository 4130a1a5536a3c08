import type { Raise } from '../shared/sending.ts'
import { nameOf } from './view.ts'

/** Something in a list that can be picked. */
export interface Pick {
  readonly id: string
  readonly label: string
  readonly about: string
  readonly status?: number | undefined
  readonly retryable?: boolean | undefined
  readonly raise: Raise
  readonly children: readonly Pick[]
}

/** The picks whose names or words have a text in them, and those above them. */
export function keep(picks: readonly Pick[], text: string): readonly Pick[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return picks
  return picks.flatMap((pick) => {
    const children = keep(pick.children, text)
    const said = `${pick.label} ${pick.about} ${pick.status ?? ''}`.toLowerCase()
    return children.length > 0 || words.every((word) => said.includes(word)) ? [{ ...pick, children }] : []
  })
}

/** Whether a pick is what is raised, whatever is said with it. */
export function isPicked({ raise }: Pick, other: Raise | undefined): boolean {
  if (other === undefined || raise.kind !== other.kind || nameOf(raise) !== nameOf(other)) return false
  // An error is one in the tree; a model is another as a stream.
  return raise.kind !== 'chat' || raise.stream === (other as typeof raise).stream
}
