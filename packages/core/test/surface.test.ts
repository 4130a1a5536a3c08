import { expect, test } from 'vitest'
import * as envelopes from '../src/envelopes/index.ts'
import * as core from '../src/index.ts'
import * as web from '../src/web.ts'

test('the entries export exactly these names', () => {
  const { errorClasses, ...rest } = core
  const classes = new Set<unknown>(Object.values(errorClasses))
  const surface = {
    core: Object.entries(rest)
      .filter(([, value]) => !classes.has(value))
      .map(([name]) => name),
    envelopes: Object.keys(envelopes),
    web: Object.keys(web),
  }
  expect(surface).toMatchInlineSnapshot(`
    {
      "core": [
        "ApiError",
        "errorCodes",
        "isApiErrorClass",
        "isApiError",
        "createError",
        "createErrorForStatus",
        "defineCatalog",
        "formatPath",
        "parsePath",
        "defineEnvelope",
        "envelopes",
        "isEnvelope",
        "problemDetailsWithBase",
        "resolveEnvelope",
        "createResponder",
        "createRoutingError",
        "METHODS",
        "logTo",
        "formatCauses",
        "serializeError",
        "findKey",
        "redact",
        "toApiError",
        "collectCauses",
        "parseFastApiIssues",
        "classifyNetworkCode",
        "isConnectFailure",
        "networkErrorCodes",
        "hasOwnProperties",
        "isJsonObject",
        "isObject",
        "parseJson",
        "readItems",
        "readNumber",
        "readProperty",
        "readString",
        "DEFAULT_REQUEST_ID_HEADER",
        "isRequestId",
        "generateRequestId",
        "getRequestId",
        "getHeader",
        "isErrorStatus",
        "parseRetryAfter",
        "retryAfterSeconds",
        "isAnsweredOnSocket",
        "markAnsweredOnSocket",
        "createStreamHead",
        "OpenStream",
        "EventParser",
        "parseEvents",
        "EventSplitter",
        "isErrorCode",
        "ClientClosedRequest",
      ],
      "envelopes": [
        "envelopes",
        "resolveEnvelope",
        "isEnvelope",
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
        "problemDetailsWithBase",
        "universal",
        "defineEnvelope",
      ],
      "web": [
        "stream",
        "createErrorResponse",
        "isEventStream",
        "reportIfClientClosed",
        "toResponse",
        "WebRequest",
        "guardResponse",
      ],
    }
  `)
})
