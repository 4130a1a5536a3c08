import { useEffect, useRef, useState } from 'preact/hooks'
import type { Catalogue } from '../shared/catalogue.ts'
import type { Raise, Target } from '../shared/sending.ts'
import { Answer } from './answer.tsx'
import { Bar } from './bar.tsx'
import { differencesOf, summaryOf } from './differences.ts'
import { Invitation } from './invitation.tsx'
import { News } from './news.tsx'
import { Picked } from './picked.tsx'
import { Rail } from './rail.tsx'
import type { Run } from './run.ts'
import { useIsNarrow } from './use-is-narrow.ts'
import { useKeys } from './use-keys.ts'
import { useRun } from './use-run.ts'
import { useView } from './use-view.ts'
import { nameOf, type View } from './view.ts'

/** All of the page: what can be picked, where it is sent, and what comes of it. */
export function Workbench({ catalogue }: { readonly catalogue: Catalogue }) {
  const one = useRun()
  const two = useRun()
  const isNarrow = useIsNarrow()
  const drawer = useRef<HTMLDialogElement>(null)
  const filter = useRef<HTMLInputElement>(null)
  const [isDrawerOpen, setDrawerOpen] = useState(false)

  const sent = useRef<View | undefined>(undefined)

  /** Sends what a view says. @param from What was sent of it already. @default nothing */
  const send = (to: View, from?: View): void => {
    const { raise: raised } = to
    sent.current = to
    const sides = [
      { ...one, target: to.one, before: from?.one },
      { ...two, target: to.two, before: from?.two },
    ]
    for (const { start, clear, target, before } of sides) {
      if (raised === undefined || target === undefined) clear()
      else if (raised !== from?.raise || target !== before) start({ ...target, raise: raised, sdks: true })
    }
  }
  const stop = (): void => {
    one.stop()
    two.stop()
  }
  const [view, go] = useView(catalogue, (to) => send(to))
  const { raise } = view
  /** Goes to a view, and sends what it says. */
  const show = (to: View): void => {
    go(to, true)
    send(to, sent.current)
  }
  const pick = (picked: Raise): void => {
    drawer.current?.close()
    // What is picked again is sent again.
    show({ ...view, raise: { ...picked } })
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
    document.title = raise === undefined ? 'Faultline Explorer' : `${nameOf(raise)} · Faultline Explorer`
  }, [raise])

  const rail = (
    <Rail
      catalogue={catalogue}
      view={view}
      filter={filter}
      onTab={(tab) => go({ ...view, tab }, false)}
      onPick={pick}
    />
  )
  const targets: readonly Target[] = view.two === undefined ? [view.one] : [view.one, view.two]
  const runs = view.two === undefined ? [one.run] : [one.run, two.run]
  const areBoth = runs.length === 2 && runs.every(({ end }) => end !== undefined)

  return (
    <>
      <a class="skip" href="#answer" onClick={(event) => skipTo(event, 'answer')}>
        Skip to the answer
      </a>
      <Bar
        catalogue={catalogue}
        view={view}
        isSending={isSending}
        onChange={show}
        onSend={() => (isSending ? stop() : send(view))}
        onPick={isNarrow ? openDrawer : undefined}
      />
      <div class="page">
        {isNarrow ? (
          <dialog ref={drawer} class="drawer" aria-label="What to raise" onClose={() => setDrawerOpen(false)}>
            {isDrawerOpen && (
              <>
                <button type="button" class="button drawer-close" onClick={() => drawer.current?.close()}>
                  Close
                </button>
                {rail}
              </>
            )}
          </dialog>
        ) : (
          <nav class="side" aria-label="What to raise">
            {rail}
          </nav>
        )}
        <main id="answer" tabIndex={-1} class={`main ${runs.length === 2 ? 'is-compared' : ''}`}>
          {raise === undefined ? (
            <Invitation onPick={(picked, tab) => show({ ...view, raise: picked, tab })} />
          ) : (
            <>
              <Picked
                catalogue={catalogue}
                raise={raise}
                onChange={(to) => go({ ...view, raise: to }, false)}
                onSend={pick}
              />
              {areBoth && <Summary one={one.run} two={two.run} />}
              <div class="answers">
                {runs.map((run, at) => (
                  <Answer
                    key={at}
                    run={run}
                    target={targets[at]!}
                    raise={raise}
                    differences={areBoth ? differencesOf(run, runs[1 - at]!) : undefined}
                  />
                ))}
              </div>
            </>
          )}
        </main>
      </div>
      <News runs={runs} targets={targets} />
    </>
  )
}

/** How two answers differ, at a glance. */
function Summary({ one, two }: { readonly one: Run; readonly two: Run }) {
  const { isSame, text } = summaryOf(one, two)
  return (
    <p class={`summary ${isSame ? 'is-same' : ''}`}>
      <span aria-hidden="true">{isSame ? '=' : '\u2260'}</span> {text}
    </p>
  )
}

/** The fragment of the address is the view's. */
function skipTo(event: Event, id: string): void {
  event.preventDefault()
  document.querySelector<HTMLElement>(`#${id}`)?.focus()
}
