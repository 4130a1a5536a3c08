import type { SdkName } from '../shared/sdk-names.ts'
import type { SdkError } from '../shared/send-event.ts'

interface ChatOptions {
  /** The `fetch` for the SDK. It sends every request to the app, regardless of its URL. */
  readonly fetch: typeof globalThis.fetch
  readonly maxRetries: number
  readonly stream: boolean
  /** Called with each piece of text that the SDK reads. */
  readonly onText: (text: string) => void
}

/** An SDK that can send a chat request. */
export interface Sdk {
  readonly name: SdkName
  /** Envelopes that the SDK is made for. */
  readonly ownEnvelopes: readonly string[]
  /** The envelope whose stream events the SDK reads. */
  readonly surface: string
  /** Whether the SDK only retries if its options enable it. */
  readonly isRetryOptIn: boolean
  /** Sends a chat request and reads the whole response. @throws the SDK's error */
  chat(options: ChatOptions): Promise<void>
  /** Describes an error that the SDK threw. */
  describeError(error: unknown): SdkError
}

/** A base URL for SDKs. It is never resolved, because `fetch` sends all requests to the app. */
export const PLACEHOLDER_URL = 'http://sdk.invalid'

/** Describes any thrown value by class and message. */
export function describeAnyError(error: unknown): SdkError {
  if (!(error instanceof Error)) return { class: typeof error, message: String(error) }
  return { class: error.constructor.name, message: joinMessages(error) }
}

/** Returns a non-empty string, and undefined for anything else. */
export function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** Joins the messages of an error and its causes. For network errors only the cause has details. */
function joinMessages({ message, cause }: Error): string {
  return cause instanceof Error && !message.includes(cause.message)
    ? `${message}: ${joinMessages(cause)}`
    : message
}
