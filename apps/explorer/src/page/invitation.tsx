import type { Raise } from '../shared/sending.ts'
import type { Tab } from './view.ts'

const SUGGESTIONS: readonly { title: string; about: string; tab: Tab; raise: Raise }[] = [
  {
    title: 'A rate limit',
    about: 'A typed error with a Retry-After that every SDK obeys',
    tab: 'errors',
    raise: { kind: 'error', code: 'rate_limit_exceeded', query: { retry_after: '12' }, stream: false },
  },
  {
    title: 'A bug in a handler',
    about: 'An Error with a secret in its message, which nobody sees',
    tab: 'throw',
    raise: { kind: 'throw', what: 'error' },
  },
  {
    title: 'A model that is overloaded',
    about: 'The upstream answers 503: what a gateway makes of it',
    tab: 'models',
    raise: { kind: 'chat', model: 'overloaded', stream: false },
  },
  {
    title: 'A stream that breaks',
    about: 'Two chunks, and then the upstream’s connection dies',
    tab: 'streams',
    raise: { kind: 'chat', model: 'stream-cut', stream: true },
  },
]

/** What is seen before anything was picked. */
export function Invitation({ onPick }: { readonly onPick: (raise: Raise, tab: Tab) => void }) {
  return (
    <section class="invitation">
      <h1>Raise a failure, and see what is sent</h1>
      <p>
        Pick an error, a thing to throw, a bad request, a model that misbehaves or a stream. It is raised on a
        real server, and its answer is shown byte by byte, with what five SDKs and Faultline’s own client make
        of it.
      </p>
      <ul>
        {SUGGESTIONS.map(({ title, about, tab, raise }) => (
          <li key={title}>
            <button type="button" class="suggestion" onClick={() => onPick(raise, tab)}>
              <strong>{title}</strong>
              <span>{about}</span>
            </button>
          </li>
        ))}
      </ul>
      <p class="keys">
        <kbd>/</kbd> filters, <kbd>↑</kbd> <kbd>↓</kbd> walk the list, <kbd>Enter</kbd> sends, <kbd>Ctrl</kbd>{' '}
        <kbd>Enter</kbd> sends again, <kbd>Esc</kbd> stops.
      </p>
    </section>
  )
}
