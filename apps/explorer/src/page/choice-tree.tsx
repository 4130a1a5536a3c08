import { useEffect, useRef, useState } from 'preact/hooks'
import type { Raise } from '../shared/send-request.ts'
import { isSelected, type Choice } from './choices.ts'
import { StatusBadge } from './status-badge.tsx'

interface ChoiceTreeProps {
  readonly label: string
  readonly choices: readonly Choice[]
  readonly raise: Raise | undefined
  readonly onSelect: (raise: Raise) => void
}

/** A visible row of the tree. */
interface Row {
  readonly choice: Choice
  readonly level: number
  /** Position among its siblings, from 1. */
  readonly position: number
  readonly size: number
  /** Id of the parent. */
  readonly parent: string | undefined
}

/** A tree with keyboard support (ARIA tree view pattern): arrow keys move, open and close; Enter selects. */
export function ChoiceTree({ label, choices, raise, onSelect }: ChoiceTreeProps) {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set())
  const [focused, setFocused] = useState<string>()
  const tree = useRef<HTMLUListElement>(null)
  const rows = listRows(choices, closed)
  const ids = rows.map(({ choice }) => choice.id)
  const selected = rows.find(({ choice }) => isSelected(choice, raise))?.choice.id
  // The row that the Tab key focuses.
  const current = [focused, selected].find((id) => id !== undefined && ids.includes(id)) ?? ids[0]

  useEffect(() => {
    const row = tree.current?.querySelector<HTMLElement>('[aria-selected=true]')
    if (tree.current !== null && row) scrollIntoList(tree.current, row)
  }, [selected])

  const focus = (id: string | undefined): void => {
    if (id === undefined) return
    setFocused(id)
    tree.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`)?.focus()
  }
  const toggle = (id: string, isClosed: boolean): void => {
    const next = new Set(closed)
    if (isClosed) next.add(id)
    else next.delete(id)
    setClosed(next)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const row = rows.find(({ choice }) => choice.id === current)
    if (row === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    const { choice, parent } = row
    const index = ids.indexOf(choice.id)
    const isParent = choice.children.length > 0
    const isOpen = isParent && !closed.has(choice.id)
    const keys: Readonly<Record<string, () => void>> = {
      ArrowDown: () => focus(ids[index + 1]),
      ArrowUp: () => focus(ids[index - 1]),
      Home: () => focus(ids[0]),
      End: () => focus(ids.at(-1)),
      ArrowRight: () => (isOpen ? focus(choice.children[0]?.id) : isParent && toggle(choice.id, false)),
      ArrowLeft: () => (isOpen ? toggle(choice.id, true) : focus(parent)),
      Enter: () => onSelect(choice.raise),
      ' ': () => onSelect(choice.raise),
    }
    const action = Object.hasOwn(keys, event.key) ? keys[event.key] : jump(event.key, ids, index, focus)
    if (action === undefined) return
    event.preventDefault()
    action()
  }

  return (
    <ul ref={tree} class="tree" role="tree" aria-label={label} onKeyDown={onKeyDown}>
      {rows.map(({ choice, level, position, size }) => {
        const { id, children } = choice
        const isOpen = !closed.has(id)
        return (
          <li
            key={id}
            data-id={id}
            class={`choice-row is-level-${level}`}
            role="treeitem"
            aria-level={level}
            aria-posinset={position}
            aria-setsize={size}
            aria-selected={id === selected}
            {...(children.length > 0 ? { 'aria-expanded': isOpen } : {})}
            tabIndex={id === current ? 0 : -1}
            onFocus={() => setFocused(id)}
            onClick={() => onSelect(choice.raise)}
          >
            {children.length > 0 && (
              <span
                class="expander"
                aria-hidden="true"
                onClick={(event) => {
                  event.stopPropagation()
                  toggle(id, isOpen)
                }}
              />
            )}
            <ChoiceText choice={choice} />
          </li>
        )
      })}
    </ul>
  )
}

function ChoiceText({ choice: { label, description, status, retryable } }: { readonly choice: Choice }) {
  return (
    <>
      <span class="choice-text">
        <span class="choice-label">{label}</span>{' '}
        {status === undefined && <span class="choice-description">{description}</span>}
      </span>
      {retryable === true && (
        <span class="retryable" title="Retryable">
          <span aria-hidden="true">{'\u21BB'}</span>
          <span class="hidden">retryable </span>
        </span>
      )}
      {status !== undefined && <StatusBadge status={status} />}
    </>
  )
}

function listRows(
  choices: readonly Choice[],
  closed: ReadonlySet<string>,
  level = 1,
  parent?: string,
): readonly Row[] {
  return choices.flatMap((choice, index) => [
    { choice, level, position: index + 1, size: choices.length, parent },
    ...(closed.has(choice.id) ? [] : listRows(choice.children, closed, level + 1, choice.id)),
  ])
}

/** Scrolls a list to one of its rows. Unlike `scrollIntoView` it does not scroll the page. */
function scrollIntoList(list: HTMLElement, { offsetTop, offsetHeight }: HTMLElement): void {
  const isAbove = offsetTop < list.scrollTop
  const isBelow = offsetTop + offsetHeight > list.scrollTop + list.clientHeight
  if (isAbove || isBelow) list.scrollTop = offsetTop - list.clientHeight / 2
}

/** Returns the action of a letter or digit: focus the next id that starts with it. */
function jump(
  key: string,
  ids: readonly string[],
  index: number,
  focus: (id: string) => void,
): (() => void) | undefined {
  if (!/^[a-z0-9]$/i.test(key)) return undefined
  const next = [...ids.slice(index + 1), ...ids.slice(0, index)].find((id) =>
    id.startsWith(key.toLowerCase()),
  )
  return next === undefined ? undefined : () => focus(next)
}
