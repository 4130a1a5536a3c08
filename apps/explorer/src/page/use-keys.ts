import { useEffect, useRef } from 'preact/hooks'

/** What the keys of the whole page do. */
export interface Keys {
  readonly find: () => void
  readonly send: () => void
  readonly stop: () => void
}

/** `/` finds, Ctrl+Enter sends, Escape stops. */
export function useKeys(keys: Keys): void {
  const latest = useRef(keys)
  latest.current = keys
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
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
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [])
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input:not([type=checkbox]), textarea, select')
}
