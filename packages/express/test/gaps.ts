/** Where a row of the master table is tested, or why it can't be. */
export type Coverage = { readonly test: string } | { readonly gap: string }

type Rows = Record<string, Coverage>

function each(section: string, names: string, coverage: Coverage): Rows {
  return Object.fromEntries(
    names
      .trim()
      .split(/\s+/)
      .map((name) => [`${section}/${name}`, coverage]),
  )
}

const tested = (section: string, test: string, names: string): Rows => each(section, names, { test })
const gap = (section: string, names: string, reason: string): Rows => each(section, names, { gap: reason })

const thrown = `
  error http500 circularcause aggregate nostack enoent awsish mongoish grpcish typeerror deepcause econnrefused
  nodeerr syntaxerror rangeerror urierror stackoverflow pgish custom http404 http429h status200 status204 status304
  status302 status101 status100 status399 status499 status599 status600 status999 status1000 statusneg statuszero
  statusnan statusfloat statusabc status404str statusobj statusmismatch exposetrue500 string number num404 true date
  emptynullproto promise symbol function bigint array frozen frozenerror sealed404 plain plain401 nullproto
  tostringnotfn thenable proxy revokedproxy getters errgetters errgetters2 circularobj circularerr tojson tojsonthrows
  hugemsg crlf emoji lonesurrogate html nul emptymsg crlfstatus crlfheader badheadername undefheader headersstr
  headersfetch headersnull headersframing msgnonstring stacknum tostringthrows response abort timeout axiosish polluted
`
const falsy = 'emptystr null undefined zero false nan'
const control = 'strroute strrouter'

const GO_ON =
  'Thrown synchronously, a falsy value is Express’s own next(): the request goes on, and no adapter hears of it. A lint rule can tell.'
const LEAVE =
  'Express takes these two texts for "leave this route" and "leave this router", thrown or rejected: they are no failure to it.'
const WAITS =
  'The parser itself waits for the whole body before it says anything. The server’s requestTimeout ends it, with a 408.'
const PIPE =
  'The failure of a source that is piped is an unhandled event of the source, which ends the process. pipeline() tells of it, and is tested.'
const OWN = 'What a handler sends by itself is its answer; nothing is thrown.'

/** Every row that concerns Express, by section and name. */
export const coverage: Readonly<Rows> = {
  ...tested('throw', 'thrown.test.ts', thrown),
  ...gap('throw', falsy, GO_ON),
  ...gap('throw', control, LEAVE),
  ...tested('reject', 'thrown.test.ts', `${thrown} ${falsy}`),
  ...gap('reject', control, LEAVE),
  ...tested(
    'mw',
    'thrown.test.ts',
    `error http500 http404 status200 string frozenerror getters revokedproxy nullproto emptynullproto promise
    circularerr http429h crlfheader symbol abort`,
  ),
  ...gap('mw', 'null undefined zero false', GO_ON),
  ...gap('mw', control, LEAVE),
  ...tested(
    'routing',
    'routing.test.ts',
    `unknown-route unknown-route-html-accept unknown-route-reflect unknown-route-long unknown-post-json
    OPTIONS-unknown absolute-form double-slash-host empty-query unknown-post-badjson wrong-method
    wrong-method-DELETE method-PURGE method-TRACE method-QUERY OPTIONS-known OPTIONS-star
    OPTIONS-preflight-failing HEAD-failing HEAD-failing-500 HEAD-unknown HEAD-then-GET-keepalive
    upgrade-websocket upgrade-h2c absolute-form-bad double-slash backslash semicolon`,
  ),
  ...tested('routing', 'below.test.ts', 'method-unknown-BREW method-lowercase CONNECT no-leading-slash'),
  ...tested('url', 'routing.test.ts', 'bad-pct-path fragment'),
  ...tested(
    'url',
    'bodies.test.ts',
    `bad-pct-param bad-pct-param-lone bad-pct-query nul-param crlf-param proto-param proto-query deep-query
    many-query long-param-101 long-param-5000 int-bad int-bad-pct int-huge`,
  ),
  ...tested('url', 'below.test.ts', 'raw-utf8-path raw-nul-path space-in-path'),
  ...tested(
    'body',
    'bodies.test.ts',
    `json-malformed json-truncated json-whitespace json-nul json-empty json-empty-chunked json-primitive json-null
    json-string json-bom json-bad-utf8 json-deep json-proto json-constructor-proto json-too-large
    json-too-large-chunked json-too-large-2mb json-too-large-then-get malformed-then-get ct-missing ct-malformed
    ct-garbage ct-empty ct-xml ct-problem-json ct-text ct-dup charset-unsupported charset-utf16 charset-utf-bogus
    encoding-unsupported encoding-gzip-garbage encoding-br-garbage encoding-deflate-garbage
    encoding-gzip-truncated encoding-gzip-ok encoding-gzip-bomb length-short-then-fin abort-mid-upload
    reset-mid-upload GET-with-body-badjson DELETE-json-ct-empty form-ok form-bad-pct form-proto form-too-many
    form-too-large form-deep form-charset`,
  ),
  ...tested('body', 'below.test.ts', 'chunk-bad-size trailer-bad chunk-bad-after-ok chunk-ext-overflow'),
  ...gap('body', 'json-too-large-unfinished', WAITS),
  ...tested(
    'validate',
    'bodies.test.ts',
    'validate-missing validate-type validate-array validate-nobody validate-extra validate-ok',
  ),
  ...tested(
    'upload',
    'bodies.test.ts',
    `upload-ok upload-too-large upload-wrong-field upload-unexpected-field upload-two-files
    upload-fieldname-too-long upload-nested-field upload-many-fields upload-field-too-long upload-no-fieldname
    upload-proto-field upload-no-boundary upload-bad-boundary upload-truncated upload-truncated-header upload-empty
    upload-malformed-header upload-not-multipart upload-mixed-type upload-bad-cte upload-filename-traversal
    upload-abort`,
  ),
  ...gap('upload', 'upload-too-large-unfinished', WAITS),
  ...tested(
    'proto',
    'bodies.test.ts',
    `expect-100-ok pipelined-error-then-ok pipelined-404-then-ok keepalive-after-404-post keepalive-after-error
    keepalive-throw-unread-body unfinished-body-error`,
  ),
  ...tested(
    'proto',
    'below.test.ts',
    `expect-417 bad-request-line bad-version http-2-preface tls-hello bad-header-name bad-header-char header-bare-lf
    header-obs-fold header-no-colon cl-invalid cl-negative cl-dup cl-and-te http-1.0 http-0.9 http-1.0-throw
    two-hosts many-headers-1500 many-headers-2100-short bad-host header-overflow-431 url-overflow te-unknown
    pipelined-slow-then-garbage half-close-slow garbage-after-ok`,
  ),
  ...tested('proto', 'response.test.ts', 'pipelined-stream-error-then-ok'),
  ...gap('proto', 'expect-100-too-large', WAITS),
  ...gap(
    'proto',
    'no-host',
    'Node answers this by itself, below every event. A server made with requireHostHeader: false lets it through.',
  ),
  ...tested(
    'response',
    'response.test.ts',
    `bigint circular tojson-throws stream sse late double headers-throw status-throw set-bad-header undefined-body
    redirect-crlf redirect-utf8 redirect-bad static-missing static-dir static-traversal static-nul static-badpct
    static-dotfile static-range static-precondition request-id-reflect request-id-long accept-xml accept-html
    accept-none conditional-get-error range-on-error accept-encoding-gzip`,
  ),
  ...tested('response', 'routing.test.ts', 'error-in-handler'),
  ...gap('response', 'pipe pipe-late pipe-missing', PIPE),
  ...gap('response', 'end404 send500 send500json bad-status', OWN),
  ...tested(
    'client',
    'response.test.ts',
    'disconnect-mid-request reset-mid-request disconnect-mid-sse disconnect-before-throw',
  ),
  ...gap(
    'client',
    'hang',
    'A handler that never answers fails with nothing. Time limits are the app’s to set.',
  ),
  ...gap(
    'crash',
    'uncaught floating',
    'What is thrown outside of any request belongs to the process: log it and exit. No adapter may swallow it.',
  ),
  ...tested(
    'slow',
    'below.test.ts',
    'timeout-408-headers timeout-idle-no-bytes timeout-drip timeout-408-body',
  ),
  ...tested('express', 'routing.test.ts', 'next-router catch-all-404-and-OPTIONS sub-router-error'),
  ...tested('express', 'response.test.ts', 'status-invalid sendFile-missing'),
  ...gap('express', 'sendStatus-send-end', OWN),
}

/** What the rows that only Express has are called where they are tested. */
export const titles: Readonly<Record<string, string>> = {
  'next-router': 'by next(%j) ends in endpoint_not_found',
  'catch-all-404-and-OPTIONS': 'notFound answers 404 and 405, and lets OPTIONS be',
  'status-invalid': 'a status of %s is internal_error',
  'sendFile-missing': 'sendFile of a missing file',
  'sub-router-error': 'without Faultline has its failures answered by the app that it is mounted in',
}
