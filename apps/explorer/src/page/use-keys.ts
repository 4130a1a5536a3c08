import { useEffect, useRef } from 'preact/hooks'

/** Actions of the keyboard shortcuts. */
export interface Keys {
  readonly find: () => void
  readonly send: () => void
  readonly stop: () => void
}

/** Handles the keyboard shortcuts of the page: `/` focuses the filter, Ctrl+Enter sends, Escape stops. */
export function useKeys(keys: Keys): void {
  const latest = useRef(keys)
  latest.current = keys
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const { find, send, stop } = latest.current
      if (event.defaultPrevented) return
      if (event.key === '/' && !isTyping(event.target)) {
        event.preventDefault()
        find()
      } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault()
        send()
      } else if (event.key === 'Escape') stop()
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [])
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input:not([type=checkbox]), textarea, select')
}
