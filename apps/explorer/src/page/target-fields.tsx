import type { Catalogue } from '../shared/catalogue.ts'
import type { Target } from '../shared/sending.ts'

interface TargetFieldsProps {
  readonly legend: string
  readonly catalogue: Catalogue
  readonly target: Target
  readonly onChange: (target: Target) => void
}

const STRICT = ':strict'

/** A framework, an envelope, and whether it is strict. */
export function TargetFields({ legend, catalogue, target, onChange }: TargetFieldsProps) {
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
          {catalogue.frameworks.map(({ name }) => (
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
          {catalogue.envelopes.map(({ id: known, title }) => (
            <option key={known} value={known} title={title}>
              {known}
            </option>
          ))}
        </select>
      </label>
      <label class="check" title="Nothing is sent that the envelope’s document does not list">
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
