import { useEffect, useRef, useState } from 'preact/hooks'
import type { Catalog } from '../shared/catalog.ts'
import type { Raise } from '../shared/send-request.ts'
import { Result } from './result.tsx'
import { Toolbar } from './toolbar.tsx'
import { findDifferences, summarize } from './differences.ts'
import { EmptyState } from './empty-state.tsx'
import { LiveRegion } from './live-region.tsx'
import { Selection } from './selection.tsx'
import { Sidebar } from './sidebar.tsx'
import type { Run } from './run.ts'
import { useIsNarrow } from './use-is-narrow.ts'
import { useKeys } from './use-keys.ts'
import { useRun } from './use-run.ts'
import { useView } from './use-view.ts'
import { getName, type View } from './view.ts'

/** The page: toolbar, sidebar and results. */
export function Workbench({ catalog }: { readonly catalog: Catalog }) {
  const one = useRun()
  const two = useRun()
  const isNarrow = useIsNarrow()
  const drawer = useRef<HTMLDialogElement>(null)
  const filter = useRef<HTMLInputElement>(null)
  const [isDrawerOpen, setDrawerOpen] = useState(false)

  const sent = useRef<View | undefined>(undefined)

  /** Sends the requests of a view. @param previous A view whose requests need not be repeated. */
  const send = (next: View, previous?: View): void => {
    const { raise: nextRaise } = next
    sent.current = next
    const sides = [
      { ...one, target: next.one, previousTarget: previous?.one },
      { ...two, target: next.two, previousTarget: previous?.two },
    ]
    for (const { start, clear, target, previousTarget } of sides) {
      if (nextRaise === undefined || target === undefined) clear()
      else if (nextRaise !== previous?.raise || target !== previousTarget)
        start({ ...target, raise: nextRaise, sdks: true })
    }
  }
  const stop = (): void => {
    one.stop()
    two.stop()
  }
  const [view, go] = useView(catalog, (next) => send(next))
  const { raise } = view
  /** Shows a view and sends its requests. */
  const show = (next: View): void => {
    go(next, true)
    send(next, sent.current)
  }
  const select = (selected: Raise): void => {
    drawer.current?.close()
    // The copy makes `send` repeat the request if the same choice is selected again.
    show({ ...view, raise: { ...selected } })
  }
  const isSending = [one, two].some(({ run }) => run.phase === 'sending')

  const openDrawer = (): void => {
    setDrawerOpen(true)
    drawer.current?.showModal()
  }
  useKeys({
    find: () => {
      if (isNarrow && drawer.current?.open !== true) {
        openDrawer()
        requestAnimationFrame(() => filter.current?.focus())
        return
      }
      filter.current?.focus()
      filter.current?.select()
    },
    send: () => send(view),
    stop,
  })
  useEffect(() => {
    document.title = raise === undefined ? 'Faultline Explorer' : `${getName(raise)} · Faultline Explorer`
  }, [raise])

  const sidebar = (
    <Sidebar
      catalog={catalog}
      view={view}
      filter={filter}
      onTab={(tab) => go({ ...view, tab }, false)}
      onSelect={select}
    />
  )
  const left = { run: one.run, target: view.one, other: two.run }
  const results = view.two === undefined ? [left] : [left, { run: two.run, target: view.two, other: one.run }]
  const isCompared = view.two !== undefined
  const areComplete = isCompared && results.every(({ run }) => run.end !== undefined)

  return (
    <>
      <a class="skip" href="#result" onClick={(event) => skipTo(event, 'result')}>
        Skip to the response
      </a>
      <Toolbar
        catalog={catalog}
        view={view}
        isSending={isSending}
        onChange={show}
        onSend={() => (isSending ? stop() : send(view))}
        onOpenSidebar={isNarrow ? openDrawer : undefined}
      />
      <div class="page">
        {isNarrow ? (
          <dialog
            ref={drawer}
            class="drawer"
            aria-label="Errors and requests"
            onClose={() => setDrawerOpen(false)}
          >
            {isDrawerOpen && (
              <>
                <button type="button" class="button drawer-close" onClick={() => drawer.current?.close()}>
                  Close
                </button>
                {sidebar}
              </>
            )}
          </dialog>
        ) : (
          <nav class="side" aria-label="Errors and requests">
            {sidebar}
          </nav>
        )}
        <main id="result" tabIndex={-1} class={`main ${isCompared ? 'is-compared' : ''}`}>
          {raise === undefined ? (
            <EmptyState onSelect={(selected, tab) => show({ ...view, raise: selected, tab })} />
          ) : (
            <>
              <Selection
                catalog={catalog}
                raise={raise}
                onChange={(changed) => go({ ...view, raise: changed }, false)}
                onSend={select}
              />
              {areComplete && <Summary one={one.run} two={two.run} />}
              <div class="results">
                {results.map(({ run, target, other }, index) => (
                  <Result
                    key={index}
                    run={run}
                    target={target}
                    raise={raise}
                    differences={areComplete ? findDifferences(run, other) : undefined}
                  />
                ))}
              </div>
            </>
          )}
        </main>
      </div>
      <LiveRegion results={results} />
    </>
  )
}

/** A one-line summary of the differences. */
function Summary({ one, two }: { readonly one: Run; readonly two: Run }) {
  const { isSame, text } = summarize(one, two)
  return (
    <p class={`summary ${isSame ? 'is-same' : ''}`}>
      <span aria-hidden="true">{isSame ? '=' : '\u2260'}</span> {text}
    </p>
  )
}

/** Focuses an element without changing the URL fragment, which contains the view. */
function skipTo(event: Event, id: string): void {
  event.preventDefault()
  document.querySelector<HTMLElement>(`#${id}`)?.focus()
}
