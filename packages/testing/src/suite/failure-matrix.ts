const names = (text: string): readonly string[] => text.trim().split(/\s+/)

/**
 * Every row of the master table of failures, by section, as it was measured on real servers. What is thrown is
 * rejected with too: `reject` has the rows of `throw`.
 */
export const masterRows = {
  throw: names(`
    error http500 circularcause aggregate nostack enoent awsish mongoish grpcish typeerror deepcause
    econnrefused nodeerr syntaxerror rangeerror urierror stackoverflow pgish custom http404 http429h
    status200 status204 status304 status302 status101 status100 status399 status499 status599 status600
    status999 status1000 statusneg statuszero statusnan statusfloat statusabc status404str statusobj
    statusmismatch exposetrue500 string strroute emptystr strrouter null undefined number num404 true
    date emptynullproto promise zero false nan symbol function bigint array frozen frozenerror sealed404
    plain plain401 nullproto tostringnotfn thenable proxy revokedproxy getters errgetters errgetters2
    circularobj circularerr tojson tojsonthrows hugemsg crlf emoji lonesurrogate html nul emptymsg
    crlfstatus crlfheader badheadername undefheader headersstr headersfetch headersnull headersframing
    msgnonstring stacknum tostringthrows response abort timeout axiosish polluted
  `),
  mw: names(`
    error http500 http404 status200 string null undefined zero false strroute strrouter frozenerror
    getters revokedproxy nullproto emptynullproto promise circularerr http429h crlfheader symbol abort
  `),
  routing: names(`
    unknown-route unknown-route-html-accept unknown-route-reflect unknown-route-long unknown-post-json
    OPTIONS-unknown absolute-form double-slash-host empty-query unknown-post-badjson wrong-method
    wrong-method-DELETE method-PURGE method-TRACE method-QUERY method-unknown-BREW method-lowercase
    OPTIONS-known OPTIONS-star OPTIONS-preflight-failing HEAD-failing HEAD-failing-500 HEAD-unknown
    HEAD-then-GET-keepalive CONNECT upgrade-websocket upgrade-h2c absolute-form-bad double-slash
    backslash no-leading-slash semicolon
  `),
  url: names(`
    bad-pct-path bad-pct-param bad-pct-param-lone bad-pct-query nul-param crlf-param proto-param
    proto-query deep-query many-query long-param-101 long-param-5000 raw-utf8-path raw-nul-path
    space-in-path fragment int-bad int-bad-pct int-huge
  `),
  body: names(`
    json-malformed json-truncated json-whitespace json-nul json-empty json-empty-chunked json-primitive
    json-null json-string json-bom json-bad-utf8 json-deep json-proto json-constructor-proto
    json-too-large json-too-large-chunked json-too-large-2mb json-too-large-unfinished
    json-too-large-then-get malformed-then-get ct-missing ct-malformed ct-garbage ct-empty ct-xml
    ct-problem-json ct-text ct-dup charset-unsupported charset-utf16 charset-utf-bogus
    encoding-unsupported encoding-gzip-garbage encoding-br-garbage encoding-deflate-garbage
    encoding-gzip-truncated encoding-gzip-ok encoding-gzip-bomb length-short-then-fin abort-mid-upload
    reset-mid-upload chunk-bad-size trailer-bad chunk-bad-after-ok chunk-ext-overflow
    GET-with-body-badjson DELETE-json-ct-empty form-ok form-bad-pct form-proto form-too-many
    form-too-large form-deep form-charset
  `),
  validate: names(`
    validate-missing validate-type validate-array validate-nobody validate-extra validate-ok
  `),
  upload: names(`
    upload-ok upload-too-large upload-wrong-field upload-unexpected-field upload-two-files
    upload-fieldname-too-long upload-nested-field upload-many-fields upload-field-too-long
    upload-no-fieldname upload-proto-field upload-no-boundary upload-bad-boundary upload-truncated
    upload-truncated-header upload-empty upload-malformed-header upload-not-multipart upload-mixed-type
    upload-bad-cte upload-filename-traversal upload-abort upload-too-large-unfinished
  `),
  proto: names(`
    expect-417 expect-100-ok expect-100-too-large bad-request-line bad-version http-2-preface tls-hello
    bad-header-name bad-header-char header-bare-lf header-obs-fold header-no-colon cl-invalid
    cl-negative cl-dup cl-and-te http-1.0 http-0.9 http-1.0-throw no-host two-hosts many-headers-1500
    many-headers-2100-short bad-host header-overflow-431 url-overflow te-unknown pipelined-error-then-ok
    pipelined-404-then-ok keepalive-after-404-post pipelined-slow-then-garbage
    pipelined-stream-error-then-ok keepalive-after-error keepalive-throw-unread-body
    unfinished-body-error half-close-slow garbage-after-ok
  `),
  response: names(`
    bigint circular tojson-throws stream sse pipe pipe-late pipe-missing late double headers-throw
    status-throw set-bad-header bad-status end404 send500 send500json error-in-handler undefined-body
    redirect-crlf redirect-utf8 redirect-bad static-missing static-dir static-traversal static-nul
    static-badpct static-dotfile static-range static-precondition request-id-reflect request-id-long
    accept-xml accept-html accept-none conditional-get-error range-on-error accept-encoding-gzip
  `),
  client: names(`
    disconnect-mid-request reset-mid-request disconnect-mid-sse disconnect-before-throw hang
  `),
  crash: names(`
    uncaught floating
  `),
  slow: names(`
    timeout-408-headers timeout-idle-no-bytes timeout-drip timeout-408-body
  `),
} as const
