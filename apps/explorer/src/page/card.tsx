import type { ComponentChildren } from 'preact'

interface CardProps {
  readonly title: string
  /** What stands at the end of its head. */
  readonly aside?: ComponentChildren
  readonly class?: string
  readonly children: ComponentChildren
}

/** A part of an answer. */
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
