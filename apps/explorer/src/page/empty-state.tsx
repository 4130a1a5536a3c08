import type { Raise } from '../shared/send-request.ts'
import type { Tab } from './view.ts'

const SUGGESTIONS: readonly { title: string; description: string; tab: Tab; raise: Raise }[] = [
  {
    title: 'A rate limit',
    description: 'A typed error with a Retry-After header that SDKs respect',
    tab: 'errors',
    raise: { kind: 'error', code: 'rate_limit_exceeded', query: { retry_after: '12' }, stream: false },
  },
  {
    title: 'A bug in a handler',
    description: 'An Error with a secret in its message, which is not sent',
    tab: 'throw',
    raise: { kind: 'throw', what: 'error' },
  },
  {
    title: 'An overloaded model',
    description: 'The upstream returns 503; the gateway maps it',
    tab: 'models',
    raise: { kind: 'chat', model: 'overloaded', stream: false },
  },
  {
    title: 'A broken stream',
    description: 'Two chunks, then the upstream connection is reset',
    tab: 'streams',
    raise: { kind: 'chat', model: 'stream-cut', stream: true },
  },
]

/** Shown while nothing is selected. */
export function EmptyState({ onSelect }: { readonly onSelect: (raise: Raise, tab: Tab) => void }) {
  return (
    <section class="empty-state">
      <h1>Trigger an error and inspect the response</h1>
      <p>
        Select an error, a thrown value, an invalid request, a failing model or a stream. The explorer sends
        the request to a real server and shows the response byte by byte, with the results of five SDKs and
        Faultline’s client.
      </p>
      <ul>
        {SUGGESTIONS.map(({ title, description, tab, raise }) => (
          <li key={title}>
            <button type="button" class="suggestion" onClick={() => onSelect(raise, tab)}>
              <strong>{title}</strong>
              <span>{description}</span>
            </button>
          </li>
        ))}
      </ul>
      <p class="keys">
        <kbd>/</kbd> filters, <kbd>↑</kbd> <kbd>↓</kbd> move in the list, <kbd>Enter</kbd> sends,{' '}
        <kbd>Ctrl</kbd> <kbd>Enter</kbd> sends again, <kbd>Esc</kbd> stops.
      </p>
    </section>
  )
}
