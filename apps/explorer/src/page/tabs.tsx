import { TABS, type Tab } from './view.ts'

const names: Readonly<Record<Tab, string>> = {
  errors: 'Errors',
  throw: 'Throw',
  requests: 'Requests',
  models: 'Models',
  streams: 'Streams',
}

/** The lists that can be picked from (ARIA's pattern of tabs: the arrow keys change between them). */
export function Tabs({ tab, onTab }: { readonly tab: Tab; readonly onTab: (tab: Tab) => void }) {
  const press = (event: KeyboardEvent & { readonly currentTarget: HTMLElement }): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    const next = TABS.at((TABS.indexOf(tab) + step) % TABS.length)!
    onTab(next)
    event.currentTarget.querySelector<HTMLElement>(`#tab-${next}`)?.focus()
  }
  return (
    <div class="tabs" role="tablist" aria-label="Kinds of failure" onKeyDown={press}>
      {TABS.map((each) => (
        <button
          key={each}
          id={`tab-${each}`}
          type="button"
          role="tab"
          aria-selected={each === tab}
          aria-controls="picks"
          tabIndex={each === tab ? 0 : -1}
          onClick={() => onTab(each)}
        >
          {names[each]}
        </button>
      ))}
    </div>
  )
}
