import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

/** Sets a CSS custom property to the height of an element. @param property Name of the custom property. */
export function useHeight(property: string): RefObject<HTMLElement | null> {
  const element = useRef<HTMLElement>(null)
  useEffect(() => {
    const { current } = element
    if (current === null) return undefined
    const observer = new ResizeObserver(() => {
      document.documentElement.style.setProperty(property, `${current.offsetHeight}px`)
    })
    observer.observe(current)
    return () => observer.disconnect()
  }, [property])
  return element
}
