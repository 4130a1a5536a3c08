export {
  attach,
  handleClientError,
  NodeRequest,
  requestId,
  sendError,
  sendNotFound,
  setRequestIdHeaders,
} from './send-error.ts'
export { stream } from './send-stream.ts'
export type { StreamChunk, StreamOptions, StreamSource } from '@faultline/core'
