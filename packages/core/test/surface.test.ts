import { expect, test } from 'vitest'
import * as envelopes from '../src/envelopes/index.ts'
import * as core from '../src/index.ts'
import * as node from '../src/node.ts'
import * as web from '../src/web.ts'

test('the public surface is what it was', () => {
  const { errorClasses, ...rest } = core
  const classes = new Set<unknown>(Object.values(errorClasses))
  const surface = {
    core: Object.entries(rest)
      .filter(([, value]) => !classes.has(value))
      .map(([name]) => name),
    envelopes: Object.keys(envelopes),
    node: Object.keys(node),
    web: Object.keys(web),
  }
  expect(surface).toMatchInlineSnapshot(`
    {
      "core": [
        "ApiError",
        "codesOf",
        "isErrorClass",
        "isApiError",
        "errorOf",
        "defineCatalog",
        "fieldOf",
        "pathOf",
        "defineEnvelope",
        "envelopeOf",
        "envelopes",
        "problemDetailsAt",
        "createResponder",
        "missingError",
        "Responder",
        "logTo",
        "causeChain",
        "describeFailure",
        "recognize",
        "DEFAULT_ID_HEADER",
        "isRequestId",
        "newRequestId",
        "requestIdOf",
        "parseRetryAfter",
        "retryAfterSeconds",
        "ClientClosedRequest",
      ],
      "envelopes": [
        "envelopes",
        "envelopeOf",
        "a15t",
        "aiApi",
        "anthropic",
        "azureOpenai",
        "compactifai",
        "compresr",
        "google",
        "humanloop",
        "jsonApi",
        "openai",
        "openaiResponses",
        "problemDetails",
        "problemDetailsAt",
        "universal",
        "defineEnvelope",
      ],
      "node": [
        "NodeRequest",
        "sendError",
        "sendMissing",
        "sendRequestId",
        "requestId",
        "attach",
        "answerClientError",
        "stream",
      ],
      "web": [
        "WebRequest",
        "isGone",
        "toResponse",
        "errorResponse",
        "isEventStream",
        "guardResponse",
        "stream",
      ],
    }
  `)
})
