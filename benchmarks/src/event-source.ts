const EVENT_COUNT = 10_000

/** An event as a chat completion sends for each token. */
const EVENT = `data: ${JSON.stringify({
  id: 'chatcmpl-0123456789',
  object: 'chat.completion.chunk',
  created: 1_700_000_000,
  model: 'echo',
  choices: [{ index: 0, delta: { content: 'token' }, finish_reason: null }],
})}\n\n`

/** Headers of the stream. With a length, all bytes of a response are known before it is sent. */
export const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache',
  'x-accel-buffering': 'no',
  'content-length': String(EVENT_COUNT * EVENT.length),
}

/** Yields the events, each as a string, in one turn of the event loop. */
export async function* createEvents(): AsyncGenerator<string, void, undefined> {
  for (let count = 0; count < EVENT_COUNT; count += 1) yield EVENT
}
