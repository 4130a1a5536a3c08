import type { Catalog } from '../shared/catalog.ts'
import type { Target } from '../shared/send-request.ts'

interface TargetFieldsProps {
  readonly legend: string
  readonly catalog: Catalog
  readonly target: Target
  readonly onChange: (target: Target) => void
}

const STRICT = ':strict'

/** Fields for framework, envelope and mode. */
export function TargetFields({ legend, catalog, target, onChange }: TargetFieldsProps) {
  const [id = '', mode] = target.envelope.split(':')
  const isStrict = mode !== undefined
  return (
    <fieldset class="target">
      <legend class="hidden">{legend}</legend>
      <label class="field">
        <span>Framework</span>
        <select
          value={target.framework}
          onChange={({ currentTarget }) => onChange({ ...target, framework: currentTarget.value })}
        >
          {catalog.frameworks.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span>Envelope</span>
        <select
          value={id}
          onChange={({ currentTarget }) =>
            onChange({ ...target, envelope: currentTarget.value + (isStrict ? STRICT : '') })
          }
        >
          {catalog.envelopes.map(({ id: envelopeId, title }) => (
            <option key={envelopeId} value={envelopeId} title={title}>
              {envelopeId}
            </option>
          ))}
        </select>
      </label>
      <label class="check" title="Strict: only documented codes and statuses">
        <input
          type="checkbox"
          checked={isStrict}
          onChange={({ currentTarget }) =>
            onChange({ ...target, envelope: id + (currentTarget.checked ? STRICT : '') })
          }
        />
        Strict
      </label>
    </fieldset>
  )
}
