import type { Catalog } from '../shared/catalog.ts'
import { QUERY, type ErrorQuery, type Raise } from '../shared/send-request.ts'
import { findError } from './list-choices.ts'
import { StatusBadge } from './status-badge.tsx'
import { getName } from './view.ts'

interface SelectionProps {
  readonly catalog: Catalog
  readonly raise: Raise
  readonly onChange: (raise: Raise) => void
  readonly onSend: (raise: Raise) => void
}

/** The selected error, its description and its options. */
export function Selection({ catalog, raise, onChange, onSend }: SelectionProps) {
  return (
    <section class="selection">
      <Heading catalog={catalog} raise={raise} />
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
            {raise.kind === 'error' ? 'After two stream events' : 'As a stream'}
          </label>
          {raise.kind === 'error' && (
            <Query query={raise.query} onChange={(query) => onChange({ ...raise, query })} />
          )}
        </form>
      )}
    </section>
  )
}

function Heading({ catalog, raise }: Pick<SelectionProps, 'catalog' | 'raise'>) {
  const error = raise.kind === 'error' ? findError(catalog, raise.code) : undefined
  if (error !== undefined) {
    return (
      <>
        <h1>
          <code>{error.code}</code> <StatusBadge status={error.status} />
        </h1>
        <p class="description">
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
        <code>{getName(raise)}</code>
      </h1>
      <p class="description">{findDescription(catalog, raise) ?? 'Unknown name.'}</p>
    </>
  )
}

/** Finds the description of a choice that is not an error. For streams the list of streams comes first. */
function findDescription({ kinds, requests, models, streams }: Catalog, raise: Raise): string | undefined {
  const items = {
    error: [],
    throw: kinds,
    request: requests,
    chat: 'stream' in raise && raise.stream ? [...streams, ...models] : models,
  }[raise.kind]
  return items.find(({ id }) => id === getName(raise))?.description
}

const hints: Readonly<Record<keyof ErrorQuery, string>> = {
  message: 'the default message',
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
      <summary>Options</summary>
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
          Send with options
        </button>
      </div>
    </details>
  )
}
