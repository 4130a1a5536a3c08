import type { Catalog } from '../shared/catalog.ts'
import type { Target } from '../shared/send-request.ts'
import { TargetFields } from './target-fields.tsx'
import { ThemeToggle } from './theme-toggle.tsx'
import { useHeight } from './use-height.ts'
import { getName, type View } from './view.ts'

interface ToolbarProps {
  readonly catalog: Catalog
  readonly view: View
  readonly isSending: boolean
  readonly onChange: (view: View) => void
  readonly onSend: () => void
  /** Opens the sidebar; undefined if it is always visible. */
  readonly onOpenSidebar: (() => void) | undefined
}

/** The targets and the Send button. */
export function Toolbar({ catalog, view, isSending, onChange, onSend, onOpenSidebar }: ToolbarProps) {
  const { one, two, raise } = view
  const toolbar = useHeight('--toolbar')
  const compare = (): void => onChange({ ...view, two: two === undefined ? suggestSecond(one) : undefined })
  return (
    <header ref={toolbar} class="toolbar">
      <p class="brand">
        <Bolt />
        Faultline <span>Explorer</span>
      </p>
      {onOpenSidebar !== undefined && (
        <button type="button" class="button picker" aria-haspopup="dialog" onClick={onOpenSidebar}>
          <span class="picker-name">{raise === undefined ? 'Select an error' : getName(raise)}</span>
          <span aria-hidden="true">{'\u25BE'}</span>
        </button>
      )}
      <div class="targets">
        <TargetFields
          legend={two === undefined ? 'Target' : 'Left'}
          catalog={catalog}
          target={one}
          onChange={(target) => onChange({ ...view, one: target })}
        />
        {two !== undefined && (
          <>
            <span class="versus" aria-hidden="true">
              vs
            </span>
            <TargetFields
              legend="Right"
              catalog={catalog}
              target={two}
              onChange={(target) => onChange({ ...view, two: target })}
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

/** Returns the initial target to compare with: the same framework and another envelope. */
function suggestSecond({ framework, envelope }: Target): Target {
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
