import { useState } from 'preact/hooks'
import type { RefObject } from 'preact'
import type { Catalogue } from '../shared/catalogue.ts'
import type { Raise } from '../shared/sending.ts'
import { keep, type Pick } from './picks.ts'
import { picksOf } from './picks-of.ts'
import { PickTree } from './pick-tree.tsx'
import { Tabs } from './tabs.tsx'
import type { Tab, View } from './view.ts'

interface RailProps {
  readonly catalogue: Catalogue
  readonly view: View
  readonly filter: RefObject<HTMLInputElement | null>
  readonly onTab: (tab: Tab) => void
  readonly onPick: (raise: Raise) => void
}

/** Everything that can be raised. */
export function Rail({ catalogue, view, filter, onTab, onPick }: RailProps) {
  const [text, setText] = useState('')
  const { tab, raise } = view
  const picks = keep(picksOf(catalogue, tab), text)
  const press = (event: KeyboardEvent & { readonly currentTarget: HTMLInputElement }): void => {
    if (event.key === 'ArrowDown') {
      event.preventDefault()
      event.currentTarget
        .closest('.rail')
        ?.querySelector<HTMLElement>('[role=treeitem][tabindex="0"]')
        ?.focus()
    } else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
      const [first] = found(picks, text)
      if (first !== undefined && text !== '') onPick(first.raise)
    } else if (event.key === 'Escape' && text !== '') {
      event.preventDefault()
      setText('')
    }
  }
  return (
    <div class="rail">
      <Tabs tab={tab} onTab={onTab} />
      <div class="panel" role="tabpanel" id="picks" aria-labelledby={`tab-${tab}`}>
        <label class="filter">
          <span class="hidden">Filter</span>
          <input
            ref={filter}
            type="search"
            placeholder="Filter"
            value={text}
            autoComplete="off"
            spellcheck={false}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
            onKeyDown={press}
          />
          <kbd aria-hidden="true">/</kbd>
        </label>
        {picks.length === 0 ? (
          <p class="none">Nothing here is called “{text}”.</p>
        ) : (
          <PickTree key={tab} label={LABELS[tab]} picks={picks} raise={raise} onPick={onPick} />
        )}
      </div>
    </div>
  )
}

const LABELS: Readonly<Record<Tab, string>> = {
  errors: 'Errors, by class',
  throw: 'Things to throw',
  requests: 'Requests with something wrong',
  models: 'Models of the upstream',
  streams: 'Streams',
}

/** The picks that a text finds by themselves, and not by what is below them. */
function found(picks: readonly Pick[], text: string): readonly Pick[] {
  return picks.flatMap((pick) => [
    ...(keep([{ ...pick, children: [] }], text).length > 0 ? [pick] : []),
    ...found(pick.children, text),
  ])
}
