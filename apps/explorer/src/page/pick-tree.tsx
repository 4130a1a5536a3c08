import { useEffect, useRef, useState } from 'preact/hooks'
import type { Raise } from '../shared/sending.ts'
import { isPicked, type Pick } from './picks.ts'
import { StatusBadge } from './status-badge.tsx'

interface PickTreeProps {
  readonly label: string
  readonly picks: readonly Pick[]
  readonly raise: Raise | undefined
  readonly onPick: (raise: Raise) => void
}

/** A pick as a row: where it is among those beside it, and what is above it. */
interface Row {
  readonly pick: Pick
  readonly level: number
  readonly place: number
  readonly size: number
  readonly parent: string | undefined
}

/** A tree to pick from (ARIA's pattern): the arrow keys walk it, open and close it; Enter picks. */
export function PickTree({ label, picks, raise, onPick }: PickTreeProps) {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set())
  const [focused, setFocused] = useState<string>()
  const tree = useRef<HTMLUListElement>(null)
  const rows = rowsOf(picks, closed)
  const ids = rows.map(({ pick }) => pick.id)
  const picked = rows.find(({ pick }) => isPicked(pick, raise))?.pick.id
  // What the Tab key comes to.
  const current = [focused, picked].find((id) => id !== undefined && ids.includes(id)) ?? ids[0]

  useEffect(() => {
    const selected = tree.current?.querySelector<HTMLElement>('[aria-selected=true]')
    if (selected) showIn(tree.current!, selected)
  }, [picked])

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
  const press = (event: KeyboardEvent): void => {
    const row = rows.find(({ pick }) => pick.id === current)
    if (row === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    const { pick, parent } = row
    const at = ids.indexOf(pick.id)
    const isParent = pick.children.length > 0
    const isOpen = isParent && !closed.has(pick.id)
    const keys: Readonly<Record<string, () => void>> = {
      ArrowDown: () => focus(ids[at + 1]),
      ArrowUp: () => focus(ids[at - 1]),
      Home: () => focus(ids[0]),
      End: () => focus(ids.at(-1)),
      ArrowRight: () => (isOpen ? focus(pick.children[0]!.id) : isParent && toggle(pick.id, false)),
      ArrowLeft: () => (isOpen ? toggle(pick.id, true) : focus(parent)),
      Enter: () => onPick(pick.raise),
      ' ': () => onPick(pick.raise),
    }
    const act = Object.hasOwn(keys, event.key) ? keys[event.key]! : jump(event.key, ids, at, focus)
    if (act === undefined) return
    event.preventDefault()
    act()
  }

  return (
    <ul ref={tree} class="tree" role="tree" aria-label={label} onKeyDown={press}>
      {rows.map(({ pick, level, place, size }) => {
        const { id, children } = pick
        const isOpen = !closed.has(id)
        return (
          <li
            key={id}
            data-id={id}
            class={`pick-row is-level-${level}`}
            role="treeitem"
            aria-level={level}
            aria-posinset={place}
            aria-setsize={size}
            aria-selected={id === picked}
            {...(children.length > 0 ? { 'aria-expanded': isOpen } : {})}
            tabIndex={id === current ? 0 : -1}
            onFocus={() => setFocused(id)}
            onClick={() => onPick(pick.raise)}
          >
            {children.length > 0 && (
              <span
                class="twist"
                aria-hidden="true"
                onClick={(event) => {
                  event.stopPropagation()
                  toggle(id, isOpen)
                }}
              />
            )}
            <PickText pick={pick} />
          </li>
        )
      })}
    </ul>
  )
}

function PickText({ pick: { label, about, status, retryable } }: { readonly pick: Pick }) {
  return (
    <>
      <span class="pick-text">
        <span class="pick-label">{label}</span>{' '}
        {status === undefined && <span class="pick-about">{about}</span>}
      </span>
      {retryable === true && (
        <span class="again" title="Retryable">
          <span aria-hidden="true">{'\u21BB'}</span>
          <span class="hidden">retryable </span>
        </span>
      )}
      {status !== undefined && <StatusBadge status={status} />}
    </>
  )
}

function rowsOf(
  picks: readonly Pick[],
  closed: ReadonlySet<string>,
  level = 1,
  parent?: string,
): readonly Row[] {
  return picks.flatMap((pick, at) => [
    { pick, level, place: at + 1, size: picks.length, parent },
    ...(closed.has(pick.id) ? [] : rowsOf(pick.children, closed, level + 1, pick.id)),
  ])
}

/** Scrolls a list to a row of it, and nothing around the list. */
function showIn(list: HTMLElement, { offsetTop, offsetHeight }: HTMLElement): void {
  const isAbove = offsetTop < list.scrollTop
  const isBelow = offsetTop + offsetHeight > list.scrollTop + list.clientHeight
  if (isAbove || isBelow) list.scrollTop = offsetTop - list.clientHeight / 2
}

/** A letter goes to the next name that begins with it. */
function jump(
  key: string,
  ids: readonly string[],
  at: number,
  focus: (id: string) => void,
): (() => void) | undefined {
  if (!/^[a-z0-9]$/i.test(key)) return undefined
  const next = [...ids.slice(at + 1), ...ids.slice(0, at)].find((id) => id.startsWith(key.toLowerCase()))
  return next === undefined ? undefined : () => focus(next)
}
