import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

/** Tells the styles how high an element is. @param property The name of the custom property. */
export function useHeight(property: string): RefObject<HTMLElement | null> {
  const element = useRef<HTMLElement>(null)
  useEffect(() => {
    const observer = new ResizeObserver(() => {
      document.documentElement.style.setProperty(property, `${element.current!.offsetHeight}px`)
    })
    observer.observe(element.current!)
    return () => observer.disconnect()
  }, [property])
  return element
}
