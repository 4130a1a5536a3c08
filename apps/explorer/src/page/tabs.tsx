import { TABS, type Tab } from './view.ts'

const labels: Readonly<Record<Tab, string>> = {
  errors: 'Errors',
  throw: 'Throw',
  requests: 'Requests',
  models: 'Models',
  streams: 'Streams',
}

/** The tabs of the sidebar (ARIA tabs pattern: arrow keys switch between them). */
export function Tabs({ tab, onTab }: { readonly tab: Tab; readonly onTab: (tab: Tab) => void }) {
  const onKeyDown = (event: KeyboardEvent & { readonly currentTarget: HTMLElement }): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    const next = TABS.at((TABS.indexOf(tab) + step) % TABS.length) ?? tab
    onTab(next)
    event.currentTarget.querySelector<HTMLElement>(`#tab-${next}`)?.focus()
  }
  return (
    <div class="tabs" role="tablist" aria-label="Kinds of errors" onKeyDown={onKeyDown}>
      {TABS.map((name) => (
        <button
          key={name}
          id={`tab-${name}`}
          type="button"
          role="tab"
          aria-selected={name === tab}
          aria-controls="choices"
          tabIndex={name === tab ? 0 : -1}
          onClick={() => onTab(name)}
        >
          {labels[name]}
        </button>
      ))}
    </div>
  )
}
