import type { ComponentChildren } from 'preact'

interface CardProps {
  readonly title: string
  /** Content at the end of the head. */
  readonly aside?: ComponentChildren
  readonly class?: string
  readonly children: ComponentChildren
}

/** A titled box. */
export function Card({ title, aside, class: name = '', children }: CardProps) {
  return (
    <div class={`card ${name}`}>
      <div class="card-head">
        <h3>{title}</h3>
        {aside}
      </div>
      {children}
    </div>
  )
}
