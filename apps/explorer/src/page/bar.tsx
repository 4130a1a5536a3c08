import type { Catalogue } from '../shared/catalogue.ts'
import type { Target } from '../shared/sending.ts'
import { TargetFields } from './target-fields.tsx'
import { ThemeToggle } from './theme-toggle.tsx'
import { useHeight } from './use-height.ts'
import { nameOf, type View } from './view.ts'

interface BarProps {
  readonly catalogue: Catalogue
  readonly view: View
  readonly isSending: boolean
  readonly onChange: (view: View) => void
  readonly onSend: () => void
  /** Opens the list of what can be picked, where it is not beside the answer. */
  readonly onPick: (() => void) | undefined
}

/** Where things are sent, and how. */
export function Bar({ catalogue, view, isSending, onChange, onSend, onPick }: BarProps) {
  const { one, two, raise } = view
  const bar = useHeight('--bar')
  const compare = (): void => onChange({ ...view, two: two === undefined ? besides(one) : undefined })
  return (
    <header ref={bar} class="bar">
      <p class="brand">
        <Bolt />
        Faultline <span>Explorer</span>
      </p>
      {onPick !== undefined && (
        <button type="button" class="button pick" aria-haspopup="dialog" onClick={onPick}>
          <span class="pick-name">{raise === undefined ? 'Pick something to raise' : nameOf(raise)}</span>
          <span aria-hidden="true">{'\u25BE'}</span>
        </button>
      )}
      <div class="targets">
        <TargetFields
          legend={two === undefined ? 'Where it is raised' : 'Left'}
          catalogue={catalogue}
          target={one}
          onChange={(to) => onChange({ ...view, one: to })}
        />
        {two !== undefined && (
          <>
            <span class="against" aria-hidden="true">
              vs
            </span>
            <TargetFields
              legend="Right"
              catalogue={catalogue}
              target={two}
              onChange={(to) => onChange({ ...view, two: to })}
            />
          </>
        )}
      </div>
      <div class="actions">
        <button type="button" class="button" aria-pressed={two !== undefined} onClick={compare}>
          Compare
        </button>
        <button
          type="button"
          class={`button send ${isSending ? '' : 'is-primary'}`}
          disabled={raise === undefined}
          onClick={onSend}
          title={isSending ? 'Escape' : 'Ctrl+Enter'}
        >
          {isSending ? 'Stop' : 'Send'}
        </button>
        <ThemeToggle />
      </div>
    </header>
  )
}

/** What is of interest beside a target: the same framework, another envelope. */
function besides({ framework, envelope }: Target): Target {
  return { framework, envelope: envelope.startsWith('openai') ? 'anthropic' : 'openai' }
}

function Bolt() {
  return (
    <svg class="bolt" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" />
      <path d="M19.5 4 9 18h6l-2.500 10L23.500 13.500h-6.200z" />
    </svg>
  )
}
