import { AbstractChat, APICallError, DefaultChatTransport, type ChatStatus, type UIMessage } from 'ai'
import {
  AbstractChat as AbstractChatV6,
  DefaultChatTransport as TransportV6,
  type UIMessage as UIMessageV6,
} from 'ai-v6'
import { PROMPT, type Client } from './client.ts'

/** The state of a chat, which `useChat` keeps in React. */
class State<Message> {
  status: ChatStatus = 'ready'
  error: Error | undefined
  messages: Message[] = []
  pushMessage = (message: Message): void => void this.messages.push(message)
  popMessage = (): void => void this.messages.pop()
  replaceMessage = (index: number, message: Message): void => void (this.messages[index] = message)
  snapshot = <T>(value: T): T => structuredClone(value)
}

/** The class below `useChat`, without React. */
class Chat extends AbstractChat<UIMessage> {
  constructor(api: string) {
    super({ state: new State<UIMessage>(), transport: new DefaultChatTransport({ api }) })
  }
}

class ChatV6 extends AbstractChatV6<UIMessageV6> {
  constructor(api: string) {
    super({ state: new State<UIMessageV6>(), transport: new TransportV6({ api }) })
  }
}

/**
 * `useChat` shows the message to the user, so it must be the envelope's. Its class is `Error`; for an error response, version
 * 7 has `APICallError`.
 */
const isTyped: Client['isTyped'] = (error, expected) =>
  error instanceof Error &&
  (error.name === 'Error' || APICallError.isInstance(error)) &&
  error.message === expected.message

export const useChatClients: readonly Client[] = [
  {
    sdk: 'use-chat-7',
    name: 'ai 7, `useChat`',
    formats: ['ui'],
    async read(url) {
      const chat = new Chat(`${url}/api/chat`)
      await chat.sendMessage({ text: PROMPT })
      if (chat.error !== undefined) throw chat.error
    },
    isTyped,
  },
  {
    sdk: 'use-chat-6',
    name: 'ai 6, `useChat`',
    formats: ['ui'],
    async read(url) {
      const chat = new ChatV6(`${url}/api/chat`)
      await chat.sendMessage({ text: PROMPT })
      if (chat.error !== undefined) throw chat.error
    },
    isTyped,
  },
]
