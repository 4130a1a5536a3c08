/** A stream of a provider or gateway, as it was reported, and the errors that readers of it may throw. */
export interface StreamCase {
  readonly id: string
  /** The issue or the server that it comes from. */
  readonly source: string
  readonly contentType: string
  /** The body of the response, whose status is 200. */
  readonly events: string
  /** The codes of the error that may be thrown. */
  readonly codes: readonly string[]
  /** Whether the stream may also end without an error. */
  readonly mayEndQuietly: boolean
  /** Whether the error is retryable; null if both are accepted. */
  readonly retryable: boolean | null
  /** Parts of the stream that must not be sent to callers. */
  readonly mayNotPass: readonly string[]
}

/** Streams of providers and gateways: failures in all formats, and events that only look like failures. */
export const streamCases: readonly StreamCase[] = [
  {
    id: 'openrouter-midstream',
    source: 'damianvtran/local-operator#223',
    contentType: 'text/event-stream',
    events: [
      ': OPENROUTER PROCESSING\n\n',
      'data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"He"},"finish_reason":null}]}\n\n',
      'data: {"id":"gen-1","object":"chat.completion.chunk","created":1,"model":"nvidia/nemotron","provider":"Nvidia","error":{"code":502,"message":"Worker local total request limit reached (33/32)","metadata":{"error_type":"provider_unavailable","provider_name":"Nvidia"}},"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error","native_finish_reason":"error"}]}\n\n',
      'data: [DONE]\n\n',
    ].join(''),
    codes: ['upstream_error', 'model_server_error', 'stream_error', 'model_unavailable'],
    mayEndQuietly: false,
    retryable: true,
    mayNotPass: ['Nvidia', '33/32'],
  },
  {
    id: 'vllm-enginedead',
    source: 'vllm-project/vllm#42363',
    contentType: 'text/event-stream',
    events: [
      'data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"He"},"finish_reason":null}]}\n\n',
      'data: {"error": {"message": "EngineCore encountered an issue. See stack trace (above) for the root cause.", "type": "InternalServerError", "param": null, "code": 500}}\n\n',
      'data: [DONE]\n\n',
    ].join(''),
    codes: ['internal_error', 'stream_error', 'model_server_error', 'upstream_error'],
    mayEndQuietly: false,
    retryable: null,
    mayNotPass: ['EngineCore'],
  },
  {
    id: 'responses-overloaded',
    source: 'openai/codex#43337',
    contentType: 'text/event-stream',
    events: [
      'event: response.created\ndata: {"type":"response.created","response":{"id":"resp_1","status":"in_progress"},"sequence_number":0}\n\n',
      'event: error\ndata: {"type":"error","error":{"type":"service_unavailable_error","code":"server_is_overloaded","message":"Our servers are currently overloaded. Please try again later.","param":null},"sequence_number":2}\n\n',
      'event: response.failed\ndata: {"type":"response.failed","response":{"id":"resp_1","status":"failed","error":{"code":"server_is_overloaded","message":"x"}}}\n\n',
    ].join(''),
    codes: ['overloaded', 'model_overloaded'],
    mayEndQuietly: false,
    retryable: true,
    mayNotPass: [],
  },
  {
    id: 'provider-disconnected',
    source: 'Augustas11/macprovider#186',
    contentType: 'text/event-stream',
    events: [
      'data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"He"},"finish_reason":null}]}\n\n',
      'data: {"error":{"message":"Provider disconnected during streaming","type":"server_error","code":"provider_disconnected"}}\n\n',
      'data: [DONE]\n\n',
    ].join(''),
    codes: [
      'stream_error',
      'stream_terminated',
      'internal_error',
      'provider_disconnected',
      'model_server_error',
    ],
    mayEndQuietly: false,
    retryable: true,
    mayNotPass: ['Provider disconnected'],
  },
  {
    id: 'eof-in-event',
    source: 'duolahypercho/codex-router#100',
    contentType: 'text/event-stream',
    events: [
      'data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"He"},"finish_reason":null}]}\n\n',
      'data: {"id":"c","choices":[{"ind',
    ].join(''),
    codes: ['stream_terminated'],
    mayEndQuietly: false,
    retryable: true,
    mayNotPass: [],
  },
  {
    id: 'glued-error',
    source: 'duolahypercho/codex-router#100',
    contentType: 'text/event-stream',
    events:
      'data: {"id":"c","choices":[{"indevent: error\ndata: {"error":{"message":"upstream died","type":"server_error"}}\n\n',
    codes: ['stream_error', 'stream_terminated', 'internal_error'],
    mayEndQuietly: false,
    retryable: true,
    mayNotPass: ['upstream died'],
  },
  {
    id: 'llamacpp-stream-error-field',
    source: 'oobabooga/textgen#7257 (error: line)',
    contentType: 'text/event-stream',
    events:
      'error: {"code":400,"message":"the request exceeds the available context size","type":"exceed_context_size_error"}\n\n',
    codes: ['prompt_too_long', 'stream_terminated'],
    mayEndQuietly: false,
    retryable: null,
    mayNotPass: [],
  },
  {
    id: 'gemini-503-frame',
    source: 'continuedev/continue#10639',
    contentType: 'text/event-stream',
    events: [
      'data: {"candidates":[{"content":{"parts":[{"text":"He"}]}}]}\n\n',
      'data: {"error":{"code":503,"message":"This model is currently experiencing high demand. Spikes in demand are usually temporary. Please try again later.","status":"UNAVAILABLE"}}\n\n',
    ].join(''),
    codes: ['overloaded', 'model_overloaded', 'service_unavailable'],
    mayEndQuietly: false,
    retryable: true,
    mayNotPass: [],
  },
  {
    id: 'html-in-stream',
    source: 'cloudflare 502 page with 200 text/event-stream (relay)',
    contentType: 'text/event-stream',
    events: '<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>',
    codes: ['stream_terminated', 'stream_error', 'upstream_error'],
    mayEndQuietly: false,
    retryable: true,
    mayNotPass: ['nginx'],
  },
  {
    id: 'finish-error-only',
    source: 'ranxianglei/billion-context-pi#169',
    contentType: 'text/event-stream',
    events: [
      'data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"{\\"message\\":\\"Too many tokens, please wait before trying again.\\"}"},"finish_reason":"error_finish"}]}\n\n',
      'data: [DONE]\n\n',
    ].join(''),
    codes: ['stream_error'],
    mayEndQuietly: true,
    retryable: null,
    mayNotPass: [],
  },
  {
    id: 'codex-rate-limits-info',
    source: 'router-for-me/CLIProxyAPI#3798',
    contentType: 'text/event-stream',
    events: [
      'event: codex.rate_limits\ndata: {"type":"codex.rate_limits","rate_limits":{"limit_reached":true,"primary":{"used_percent":100}}}\n\n',
      'data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"ok"},"finish_reason":null}]}\n\n',
      'data: [DONE]\n\n',
    ].join(''),
    codes: [],
    mayEndQuietly: true,
    retryable: null,
    mayNotPass: [],
  },
  {
    id: 'error-null-chunks',
    source: 'providers that send "error":null',
    contentType: 'text/event-stream',
    events: [
      'data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","error":null,"choices":[{"index":0,"delta":{"content":"ok"},"finish_reason":"stop"}]}\n\n',
      'data: [DONE]\n\n',
    ].join(''),
    codes: [],
    mayEndQuietly: true,
    retryable: null,
    mayNotPass: [],
  },
  {
    id: 'newapi-200-json',
    source: 'QuantumNous/new-api#7399',
    contentType: 'application/json',
    events:
      '{"error":{"message":"Our servers are currently overloaded. Please try again later.","type":"service_unavailable_error","param":null,"code":"server_is_overloaded"}}',
    codes: ['overloaded', 'model_overloaded'],
    mayEndQuietly: false,
    retryable: true,
    mayNotPass: [],
  },
]
