import { useCallback, useEffect, useState } from 'preact/hooks'
import type { Catalogue } from '../shared/catalogue.ts'
import { fromHash, toHash, type View } from './view.ts'

/**
 * The view that the address says, and how to go to another: by a step that can be taken back, or in its place.
 *
 * @param onMove Hears of a view that was come to by the address: a link, a step back.
 */
export function useView(
  { frameworks, envelopes }: Catalogue,
  onMove: (view: View) => void,
): [view: View, go: (view: View, isStep: boolean) => void] {
  const read = (): View =>
    fromHash(
      location.hash,
      frameworks.map(({ name }) => name),
      envelopes.map(({ id }) => id),
    )
  const [view, setView] = useState(read)
  useEffect(() => {
    const move = (): void => {
      const moved = read()
      setView(moved)
      onMove(moved)
    }
    onMove(view)
    addEventListener('popstate', move)
    return () => removeEventListener('popstate', move)
  }, [])
  const go = useCallback((to: View, isStep: boolean) => {
    setView(to)
    const hash = toHash(to)
    if (hash === location.hash) return
    if (isStep) history.pushState(null, '', hash)
    else history.replaceState(null, '', hash)
  }, [])
  return [view, go]
}
