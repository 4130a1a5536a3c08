const names = (list: string): readonly string[] => list.trim().split(/\s+/)

/**
 * Names of all failures that servers were measured with, by topic. Each is a scenario or a universal gap; a test checks
 * it. The topic `reject` has the names of `throw`: every thrown value is rejected with too.
 */
export const failureMatrix = {
  throw: names(`
    error http-errors-500 circular-cause aggregate-error error-without-stack file-not-found-error
    aws-sdk-error mongodb-error grpc-error type-error deep-cause-chain connection-refused-error
    node-argument-error syntax-error range-error uri-error stack-overflow postgres-error custom-error-class
    http-errors-404 http-errors-429-with-headers status-200 status-204 status-304 status-302 status-101
    status-100 status-399 status-499 status-599 status-600 status-999 status-1000 negative-status
    zero-status nan-status fractional-status non-numeric-status string-status object-status
    contradicting-statuses exposed-503 string string-route empty-string string-router null undefined number
    number-404 true date empty-null-prototype-object promise zero false nan symbol function bigint array
    frozen-object frozen-error sealed-http-error plain-object-418 plain-object-401 null-prototype-object
    non-function-to-string thenable throwing-proxy revoked-proxy throwing-getters
    error-with-throwing-getters throwing-message-getter circular-object circular-error custom-to-json
    throwing-to-json huge-message crlf-message emoji-message lone-surrogate-message html-message nul-message
    empty-message crlf-status-message crlf-header bad-header-name undefined-header string-headers
    fetch-headers null-headers framing-headers non-string-message number-stack throwing-to-string
    fetch-response abort-error timeout-error axios-error prototype-pollution
  `),
  middleware: names(`
    error http-errors-500 http-errors-404 status-200 string null undefined zero false string-route
    string-router frozen-error throwing-getters revoked-proxy null-prototype-object
    empty-null-prototype-object promise circular-error http-errors-429-with-headers crlf-header symbol
    abort-error
  `),
  routing: names(`
    unknown-route unknown-route-html-accept unknown-route-reflect unknown-route-long unknown-post-json
    OPTIONS-unknown absolute-form double-slash-host empty-query unknown-post-malformed-json wrong-method
    wrong-method-DELETE method-PURGE method-TRACE method-QUERY method-unknown-BREW method-lowercase
    OPTIONS-known OPTIONS-star OPTIONS-preflight HEAD-failing HEAD-failing-500 HEAD-unknown
    HEAD-then-GET-keepalive CONNECT upgrade-websocket upgrade-h2c absolute-form-bad double-slash backslash
    no-leading-slash semicolon
  `),
  url: names(`
    bad-percent-encoding-in-path bad-percent-encoding-in-param lone-percent-in-param
    bad-percent-encoding-in-query nul-param crlf-param proto-param proto-query deep-query many-query-params
    long-param-101 long-param-5000 raw-utf8-path raw-nul-path space-in-path fragment integer-param-invalid
    integer-param-bad-percent-encoding integer-param-huge
  `),
  body: names(`
    json-malformed json-truncated json-whitespace json-nul json-empty json-empty-chunked json-primitive
    json-null json-string json-bom json-bad-utf8 json-deep json-proto json-constructor-proto json-too-large
    json-too-large-chunked json-too-large-2mb json-too-large-unfinished json-too-large-then-get
    malformed-then-get content-type-missing content-type-malformed content-type-garbage content-type-empty
    content-type-xml content-type-problem-json content-type-text content-type-duplicate charset-unsupported
    charset-utf16 charset-utf-bogus encoding-unsupported encoding-gzip-garbage encoding-br-garbage
    encoding-deflate-garbage encoding-gzip-truncated encoding-gzip-ok encoding-gzip-bomb
    content-length-too-large-then-end abort-mid-upload reset-mid-upload chunk-bad-size trailer-bad
    chunk-bad-after-ok chunk-ext-overflow GET-with-malformed-json DELETE-json-empty form-ok
    form-bad-percent-encoding form-proto form-too-many form-too-large form-deep form-charset
  `),
  validate: names(`
    validate-missing validate-type validate-array validate-no-body validate-extra validate-ok
  `),
  upload: names(`
    upload-ok upload-too-large upload-wrong-field upload-unexpected-field upload-two-files
    upload-fieldname-too-long upload-nested-field upload-many-fields upload-field-too-long
    upload-no-fieldname upload-proto-field upload-no-boundary upload-bad-boundary upload-truncated
    upload-truncated-header upload-empty upload-malformed-header upload-not-multipart upload-mixed-type
    upload-bad-transfer-encoding upload-filename-traversal upload-abort upload-too-large-unfinished
  `),
  protocol: names(`
    expect-417 expect-100-ok expect-100-too-large bad-request-line bad-version http-2-preface tls-hello
    bad-header-name bad-header-char header-bare-lf header-line-folding header-no-colon
    content-length-invalid content-length-negative content-length-duplicate
    content-length-and-transfer-encoding http-1.0 http-0.9 http-1.0-throw no-host two-hosts
    many-headers-1500 many-headers-2100-short bad-host header-overflow-431 url-overflow
    transfer-encoding-unknown pipelined-error-then-ok pipelined-404-then-ok keepalive-after-404-post
    pipelined-slow-then-garbage pipelined-stream-error-then-ok keepalive-after-error
    keepalive-throw-unread-body unfinished-body-error half-close-slow garbage-after-ok
  `),
  response: names(`
    bigint-body circular-body throwing-to-json-body truncated-after-head event-stream stream-fails-first
    stream-fails-later piped-file-missing error-after-response second-response error-after-headers
    error-after-status set-bad-header bad-status own-empty-404 own-500 own-500-json error-in-user-handler
    undefined-body redirect-crlf redirect-utf8 redirect-bad static-missing static-dir static-traversal
    static-nul static-bad-percent-encoding static-dotfile static-range static-precondition
    request-id-with-html request-id-long accept-xml accept-html accept-none conditional-get-error
    range-on-error accept-encoding-gzip
  `),
  client: names(`
    disconnect-mid-request reset-mid-request disconnect-mid-event-stream disconnect-before-throw hang
  `),
  crash: names(`
    uncaught floating
  `),
  slow: names(`
    timeout-408-headers timeout-idle-no-bytes timeout-drip timeout-408-body
  `),
} as const
