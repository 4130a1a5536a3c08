import type { SdkName } from '../shared/sdk-names.ts'
import type { Raised } from '../shared/send-event.ts'

/** How an SDK is asked. */
interface Asking {
  /** The `fetch` that it is given: whatever it asks for, it is answered by one app. */
  readonly fetch: typeof globalThis.fetch
  readonly retries: number
  readonly stream: boolean
  /** Hears the text that was read. */
  readonly heard: (text: string) => void
}

/** An SDK as it is asked for a chat. */
export interface Sdk {
  readonly name: SdkName
  /** The envelopes that are made for it. */
  readonly homes: readonly string[]
  /** The events that it reads, of an envelope whose clients read several. */
  readonly surface: string
  /** Whether it asks again only where it is told to. */
  readonly isOptIn: boolean
  /** Asks, and reads the answer to its end. @throws what the SDK raises */
  ask(asking: Asking): Promise<void>
  /** What an error of the SDK's tells its catcher. */
  raised(error: unknown): Raised
}

/** Nobody is there: all requests go to the app. */
export const NOWHERE = 'http://sdk.invalid'

/** What any error tells: its class and its message. */
export function toldOf(error: unknown): Raised {
  if (!(error instanceof Error)) return { class: typeof error, message: String(error) }
  return { class: error.constructor.name, message: withCauses(error) }
}

/** Of a text, as it is, and of anything else, or an empty one, nothing. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A message, and those of its causes: of a broken connection only they tell. */
function withCauses({ message, cause }: Error): string {
  return cause instanceof Error && !message.includes(cause.message)
    ? `${message}: ${withCauses(cause)}`
    : message
}
