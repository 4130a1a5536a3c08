import { openai } from '@faultline/core/envelopes'
import { createResponder, logToConsole, recognizeError } from '@faultline/core/slim'

export const responder = createResponder({
  envelope: openai,
  recognizers: [recognizeError],
  onError: logToConsole,
})
