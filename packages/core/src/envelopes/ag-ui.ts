import { createCodelessDefinition } from './codeless-envelope.ts'
import { createEnvelope } from './define-envelope.ts'
import { stringOrUndefined } from './json-values.ts'

interface Body {
  readonly type: 'RUN_ERROR'
  readonly message: string
  readonly code: string
}

/**
 * `{ type: 'RUN_ERROR', message, code }`, the event with which a run of the AG-UI protocol fails. It is also the body of an
 * error response, which the protocol does not define. The codes are those of the errors.
 *
 * @see https://docs.ag-ui.com/concepts/events
 */
export const agUi = /* @__PURE__ */ createEnvelope(() => ({
  id: 'ag-ui',
  title: 'AG-UI run errors (type / message / code)',
  ...createCodelessDefinition(),
  // Events of the protocol have no names.
  renderEvents: (body: Body) => [{ data: body }],
  // The protocol lists the members of the event.
  detailsPlace: null,
  isDeterministic: true,
  renderBody: ({ code, description }): Body => ({ type: 'RUN_ERROR', message: description, code }),
  parseBody: ({ type, message, code }) =>
    type === 'RUN_ERROR' && typeof message === 'string'
      ? { message, code: stringOrUndefined(code) ?? 'stream_error' }
      : undefined,
  schema: (codes) => ({
    type: 'object',
    required: ['type', 'message', 'code'],
    additionalProperties: false,
    properties: {
      type: { const: 'RUN_ERROR' },
      message: { type: 'string' },
      code: codes ? { enum: codes } : { type: 'string' },
    },
  }),
}))
