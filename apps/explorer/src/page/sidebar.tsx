import { useState } from 'preact/hooks'
import type { RefObject } from 'preact'
import type { Catalog } from '../shared/catalog.ts'
import type { Raise } from '../shared/send-request.ts'
import { filterChoices, type Choice } from './choices.ts'
import { listChoices } from './list-choices.ts'
import { ChoiceTree } from './choice-tree.tsx'
import { Tabs } from './tabs.tsx'
import type { Tab, View } from './view.ts'

interface SidebarProps {
  readonly catalog: Catalog
  readonly view: View
  readonly filter: RefObject<HTMLInputElement | null>
  readonly onTab: (tab: Tab) => void
  readonly onSelect: (raise: Raise) => void
}

/** Tabs, filter and list of everything that can be triggered. */
export function Sidebar({ catalog, view, filter, onTab, onSelect }: SidebarProps) {
  const [text, setText] = useState('')
  const { tab, raise } = view
  const choices = filterChoices(listChoices(catalog, tab), text)
  const onKeyDown = (event: KeyboardEvent & { readonly currentTarget: HTMLInputElement }): void => {
    if (event.key === 'ArrowDown') {
      event.preventDefault()
      event.currentTarget
        .closest('.sidebar')
        ?.querySelector<HTMLElement>('[role=treeitem][tabindex="0"]')
        ?.focus()
    } else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
      const [first] = findMatches(choices, text)
      if (first !== undefined && text !== '') onSelect(first.raise)
    } else if (event.key === 'Escape' && text !== '') {
      event.preventDefault()
      setText('')
    }
  }
  return (
    <div class="sidebar">
      <Tabs tab={tab} onTab={onTab} />
      <div class="panel" role="tabpanel" id="choices" aria-labelledby={`tab-${tab}`}>
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
            onKeyDown={onKeyDown}
          />
          <kbd aria-hidden="true">/</kbd>
        </label>
        {choices.length === 0 ? (
          <p class="no-items">No match for “{text}”.</p>
        ) : (
          <ChoiceTree key={tab} label={LABELS[tab]} choices={choices} raise={raise} onSelect={onSelect} />
        )}
      </div>
    </div>
  )
}

const LABELS: Readonly<Record<Tab, string>> = {
  errors: 'Errors by class',
  throw: 'Thrown values',
  requests: 'Invalid requests',
  models: 'Upstream models',
  streams: 'Streams',
}

/** Lists the choices that match themselves, not only through a descendant. */
function findMatches(choices: readonly Choice[], text: string): readonly Choice[] {
  return choices.flatMap((choice) => [
    ...(filterChoices([{ ...choice, children: [] }], text).length > 0 ? [choice] : []),
    ...findMatches(choice.children, text),
  ])
}
