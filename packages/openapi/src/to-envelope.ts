import { resolveEnvelope, type Envelope, type EnvelopeId } from '@faultline/core'
import { describeValue } from './examples.ts'

/** Resolves an envelope id. @throws TypeError for anything that is not an envelope or a known id */
export function toEnvelope(envelope: Envelope | EnvelopeId): Envelope {
  if (typeof envelope === 'string') return resolveEnvelope(envelope)
  if (typeof (Object(envelope) as Partial<Envelope>).render !== 'function') {
    throw new TypeError(`${describeValue(envelope)} is neither an envelope nor a known envelope id`)
  }
  return envelope
}
