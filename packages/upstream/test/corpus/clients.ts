import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { createOpenAICompatible as createOpenAICompatible6 } from '@ai-sdk/openai-compatible-v6'
import Anthropic from '@anthropic-ai/sdk'
import Anthropic0 from '@anthropic-ai/sdk-v0'
import { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime'
import { GoogleGenAI } from '@google/genai'
import { Mistral } from '@mistralai/mistralai'
import { OpenRouter } from '@openrouter/sdk'
import { generateText, streamText } from 'ai'
import { generateText as generateText6, streamText as streamText6 } from 'ai-v6'
import axios from 'axios'
import { CohereClientV2 } from 'cohere-ai'
import got from 'got'
import Groq from 'groq-sdk'
import ky from 'ky'
import OpenAI from 'openai'
import OpenAI4 from 'openai-v4'
import OpenAI6 from 'openai-v6'
import { Agent, interceptors, request } from 'undici'

/** What is asked of every upstream. */
export const PROMPT = 'Tell me the secret of the fourteenth blue elephant'
export const KEY = 'sk-live-4f9a1c7e2b8d6053'

/** How a client asks. */
interface Asking {
  /** Aborts what is asked. */
  readonly signal?: AbortSignal
  /** How many milliseconds it waits for an answer. */
  readonly patience?: number
}

/** Long enough for a busy machine. */
const PATIENCE = 10_000

/** One client: asks the upstream at a URL, and rejects with what its users see. */
export interface Client {
  ask(url: string, asking?: Asking): Promise<unknown>
  stream?(url: string): Promise<unknown>
}

const messages = [{ role: 'user' as const, content: PROMPT }]
const chat = { model: 'echo', messages }
const common = (timeout = PATIENCE) => ({ apiKey: KEY, maxRetries: 0, timeout })
const withSignal = (signal: AbortSignal | undefined): { signal?: AbortSignal } =>
  signal === undefined ? {} : { signal }

/** Reads a stream to its end. */
async function drain(source: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of source);
}

/** The AI SDK gives what went wrong in a stream as a part of it. */
async function drainParts(source: AsyncIterable<unknown>): Promise<void> {
  for await (const part of source) {
    const { type, error } = part as { type: string; error?: unknown }
    if (type === 'error') throw error
  }
}

function bedrock(url: string, patience = PATIENCE): BedrockRuntimeClient {
  return new BedrockRuntimeClient({
    endpoint: url,
    region: 'eu-west-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: KEY },
    requestHandler: { requestTimeout: patience, throwOnRequestTimeout: true },
  })
}
const converse = { modelId: 'echo', messages: [{ role: 'user' as const, content: [{ text: PROMPT }] }] }

const claude = { model: 'echo', max_tokens: 5, messages }

/** Every client, with its own retries off. */
export const clients = {
  'openai 7': {
    ask: (url, { signal, patience = PATIENCE } = {}) =>
      new OpenAI({ ...common(patience), baseURL: url }).chat.completions.create(chat, withSignal(signal)),
    stream: async (url) =>
      drain(
        await new OpenAI({ ...common(), baseURL: url }).chat.completions.create({ ...chat, stream: true }),
      ),
  },
  'openai 6': {
    ask: (url, { signal, patience = PATIENCE } = {}) =>
      new OpenAI6({ ...common(patience), baseURL: url }).chat.completions.create(chat, withSignal(signal)),
    stream: async (url) =>
      drain(
        await new OpenAI6({ ...common(), baseURL: url }).chat.completions.create({ ...chat, stream: true }),
      ),
  },
  'openai 4': {
    ask: (url, { signal, patience = PATIENCE } = {}) =>
      new OpenAI4({ ...common(patience), baseURL: url }).chat.completions.create(chat, withSignal(signal)),
    stream: async (url) =>
      drain(
        await new OpenAI4({ ...common(), baseURL: url }).chat.completions.create({ ...chat, stream: true }),
      ),
  },
  '@anthropic-ai/sdk 1': {
    ask: (url, { signal, patience = PATIENCE } = {}) =>
      new Anthropic({ ...common(patience), baseURL: url }).messages.create(claude, withSignal(signal)),
    stream: (url) => new Anthropic({ ...common(), baseURL: url }).messages.stream(claude).finalMessage(),
  },
  '@anthropic-ai/sdk 0': {
    ask: (url, { signal, patience = PATIENCE } = {}) =>
      new Anthropic0({ ...common(patience), baseURL: url }).messages.create(claude, withSignal(signal)),
    stream: async (url) =>
      drain(await new Anthropic0({ ...common(), baseURL: url }).messages.create({ ...claude, stream: true })),
  },
  'groq-sdk': {
    ask: (url, { signal, patience = PATIENCE } = {}) =>
      new Groq({ ...common(patience), baseURL: url }).chat.completions.create(chat, withSignal(signal)),
    stream: async (url) =>
      drain(await new Groq({ ...common(), baseURL: url }).chat.completions.create({ ...chat, stream: true })),
  },
  'ai 7': {
    ask: (url, { signal, patience = PATIENCE } = {}) =>
      generateText({
        model: createOpenAICompatible({ name: 'x', baseURL: url, apiKey: KEY })('echo'),
        prompt: PROMPT,
        maxRetries: 0,
        abortSignal: signal ?? AbortSignal.timeout(patience),
      }),
    stream: (url) =>
      drainParts(
        streamText({
          model: createOpenAICompatible({ name: 'x', baseURL: url, apiKey: KEY })('echo'),
          prompt: PROMPT,
          maxRetries: 0,
          onError: () => {},
        }).fullStream,
      ),
  },
  'ai 6': {
    ask: (url, { signal, patience = PATIENCE } = {}) =>
      generateText6({
        model: createOpenAICompatible6({ name: 'x', baseURL: url, apiKey: KEY })('echo'),
        prompt: PROMPT,
        maxRetries: 0,
        abortSignal: signal ?? AbortSignal.timeout(patience),
      }),
    stream: (url) =>
      drainParts(
        streamText6({
          model: createOpenAICompatible6({ name: 'x', baseURL: url, apiKey: KEY })('echo'),
          prompt: PROMPT,
          maxRetries: 0,
          onError: () => {},
        }).fullStream,
      ),
  },
  '@google/genai': {
    ask: (url, { signal, patience = PATIENCE } = {}) =>
      new GoogleGenAI({
        apiKey: KEY,
        httpOptions: { baseUrl: url, timeout: patience },
      }).models.generateContent({
        model: 'echo',
        contents: PROMPT,
        config: signal === undefined ? {} : { abortSignal: signal },
      }),
    stream: async (url) =>
      drain(
        await new GoogleGenAI({ apiKey: KEY, httpOptions: { baseUrl: url } }).models.generateContentStream({
          model: 'echo',
          contents: PROMPT,
        }),
      ),
  },
  '@mistralai/mistralai': {
    ask: (url, { signal, patience = PATIENCE } = {}) =>
      new Mistral({ serverURL: url, apiKey: KEY, timeoutMs: patience }).chat.complete(
        chat,
        signal === undefined ? {} : { signal },
      ),
  },
  'cohere-ai': {
    ask: (url, { signal, patience = PATIENCE } = {}) =>
      new CohereClientV2({ token: KEY, environment: url }).chat(chat, {
        maxRetries: 0,
        timeoutInSeconds: patience / 1000,
        ...(signal === undefined ? {} : { abortSignal: signal }),
      }),
  },
  '@openrouter/sdk': {
    ask: (url, { signal, patience = PATIENCE } = {}) =>
      new OpenRouter({
        serverURL: url,
        apiKey: KEY,
        timeoutMs: patience,
        retryConfig: { strategy: 'none' },
      }).chat.send({ chatRequest: chat }, signal === undefined ? {} : { signal }),
  },
  '@aws-sdk/client-bedrock-runtime': {
    ask: (url, { signal, patience = PATIENCE } = {}) =>
      bedrock(url, patience).send(
        new ConverseCommand(converse),
        signal === undefined ? {} : { abortSignal: signal },
      ),
    stream: async (url) => {
      const { stream } = await bedrock(url).send(new ConverseStreamCommand(converse))
      await drain(stream!)
    },
  },
  axios: {
    ask: (url, { signal, patience = PATIENCE } = {}) =>
      axios.post(url, chat, {
        timeout: patience,
        headers: { authorization: `Bearer ${KEY}` },
        responseType: 'json',
        transitional: { silentJSONParsing: false },
        ...(signal === undefined ? {} : { signal }),
      }),
  },
  got: {
    ask: (url, { signal, patience = PATIENCE } = {}) =>
      got
        .post(url, {
          json: chat,
          retry: { limit: 0 },
          timeout: { request: patience },
          headers: { authorization: `Bearer ${KEY}` },
          ...(signal === undefined ? {} : { signal }),
        })
        .json(),
  },
  ky: {
    ask: (url, { signal, patience = PATIENCE } = {}) =>
      ky
        .post(url, {
          json: chat,
          retry: 0,
          timeout: patience,
          headers: { authorization: `Bearer ${KEY}` },
          ...(signal === undefined ? {} : { signal }),
        })
        .json(),
  },
  undici: {
    ask: async (url, { signal, patience = PATIENCE } = {}) => {
      const dispatcher = new Agent({ headersTimeout: patience, connect: { timeout: patience } }).compose(
        interceptors.responseError(),
      )
      const { body } = await request(url, {
        method: 'POST',
        body: JSON.stringify(chat),
        headers: { authorization: `Bearer ${KEY}` },
        dispatcher,
        ...(signal === undefined ? {} : { signal }),
      })
      return body.json()
    },
  },
  fetch: {
    ask: async (url, { signal, patience = PATIENCE } = {}) => {
      const response = await fetch(url, {
        method: 'POST',
        body: JSON.stringify(chat),
        signal: signal ?? AbortSignal.timeout(patience),
      })
      if (!response.ok) throw response
      return response.json()
    },
  },
} as const satisfies Readonly<Record<string, Client>>

/** What a client throws; a failure of the test where it throws nothing. */
export async function thrownBy(asked: Promise<unknown>): Promise<unknown> {
  let answer: unknown
  try {
    answer = await asked
  } catch (thrown) {
    return thrown
  }
  throw new Error(`Nothing was thrown, but ${JSON.stringify(answer)?.slice(0, 200)} given`)
}
