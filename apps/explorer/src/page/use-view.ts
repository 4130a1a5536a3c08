import { useCallback, useEffect, useState } from 'preact/hooks'
import type { Catalog } from '../shared/catalog.ts'
import { fromHash, toHash, type View } from './view.ts'

/**
 * Keeps the view in the URL fragment. Returns the view and a function that changes it, as a new history entry
 * (`isStep`) or replacing the current one.
 *
 * @param onNavigate Called with the initial view, and with each view reached through history.
 */
export function useView(
  { frameworks, envelopes }: Catalog,
  onNavigate: (view: View) => void,
): [view: View, go: (view: View, isStep: boolean) => void] {
  const read = (): View =>
    fromHash(
      location.hash,
      frameworks.map(({ name }) => name),
      envelopes.map(({ id }) => id),
    )
  const [view, setView] = useState(read)
  useEffect(() => {
    const onPopState = (): void => {
      const next = read()
      setView(next)
      onNavigate(next)
    }
    onNavigate(view)
    addEventListener('popstate', onPopState)
    return () => removeEventListener('popstate', onPopState)
  }, [])
  const go = useCallback((next: View, isStep: boolean) => {
    setView(next)
    const hash = toHash(next)
    if (hash === location.hash) return
    if (isStep) history.pushState(null, '', hash)
    else history.replaceState(null, '', hash)
  }, [])
  return [view, go]
}
