import type { Catalogue } from '../shared/catalogue.ts'
import { QUERY, type ErrorQuery, type Raise } from '../shared/sending.ts'
import { errorOf } from './picks-of.ts'
import { StatusBadge } from './status-badge.tsx'
import { nameOf } from './view.ts'

interface PickedProps {
  readonly catalogue: Catalogue
  readonly raise: Raise
  readonly onChange: (raise: Raise) => void
  readonly onSend: (raise: Raise) => void
}

/** What was picked, what it means, and what can be said with it. */
export function Picked({ catalogue, raise, onChange, onSend }: PickedProps) {
  return (
    <section class="picked">
      <Heading catalogue={catalogue} raise={raise} />
      {'stream' in raise && (
        <form
          onSubmit={(event) => {
            event.preventDefault()
            onSend(raise)
          }}
        >
          <label class="check">
            <input
              type="checkbox"
              checked={raise.stream}
              onChange={({ currentTarget }) => onSend({ ...raise, stream: currentTarget.checked })}
            />
            {raise.kind === 'error' ? 'After two events of a stream' : 'As a stream'}
          </label>
          {raise.kind === 'error' && (
            <Query query={raise.query} onChange={(query) => onChange({ ...raise, query })} />
          )}
        </form>
      )}
    </section>
  )
}

function Heading({ catalogue, raise }: Pick<PickedProps, 'catalogue' | 'raise'>) {
  const error = raise.kind === 'error' ? errorOf(catalogue, raise.code) : undefined
  if (error !== undefined) {
    return (
      <>
        <h1>
          <code>{error.code}</code> <StatusBadge status={error.status} />
        </h1>
        <p class="about">
          {error.description} <span class="remedy">{error.remedy}</span>
        </p>
        <p class="facts">
          <span>
            class <code>{error.name}</code>
          </span>
          <span>{error.retryable ? '\u21BB retryable' : 'not retryable'}</span>
        </p>
      </>
    )
  }
  return (
    <>
      <h1>
        {{ error: '', throw: 'throw ', request: 'request ', chat: 'model ' }[raise.kind]}
        <code>{nameOf(raise)}</code>
      </h1>
      <p class="about">{aboutOf(catalogue, raise) ?? 'There is nothing of this name.'}</p>
    </>
  )
}

/** What is said of what is no error; of a stream, before what is said of its model. */
function aboutOf({ kinds, requests, models, streams }: Catalogue, raise: Raise): string | undefined {
  const choices = {
    error: [],
    throw: kinds,
    request: requests,
    chat: 'stream' in raise && raise.stream ? [...streams, ...models] : models,
  }[raise.kind]
  return choices.find(({ id }) => id === nameOf(raise))?.about
}

const hints: Readonly<Record<keyof ErrorQuery, string>> = {
  message: 'the kind’s own',
  retry_after: 'seconds',
  field: 'messages[0].role',
  issue: 'is invalid',
  origin: 'this service',
  model: 'gpt-9',
}

function Query({
  query,
  onChange,
}: {
  readonly query: ErrorQuery
  readonly onChange: (query: ErrorQuery) => void
}) {
  return (
    <details class="query" open={Object.keys(query).length > 0}>
      <summary>Say more with it</summary>
      <div class="query-fields">
        {QUERY.map((name) => (
          <label key={name} class="field">
            <span>{name}</span>
            <input
              type="text"
              value={query[name] ?? ''}
              placeholder={hints[name]}
              inputMode={name === 'retry_after' ? 'numeric' : 'text'}
              maxLength={2000}
              autoComplete="off"
              spellcheck={false}
              onInput={({ currentTarget }) => onChange({ ...query, [name]: currentTarget.value })}
            />
          </label>
        ))}
        <button type="submit" class="button">
          Send with these
        </button>
      </div>
    </details>
  )
}
