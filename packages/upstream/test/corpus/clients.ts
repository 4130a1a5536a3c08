import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { createOpenAICompatible as createOpenAICompatible6 } from '@ai-sdk/openai-compatible-v6'
import Anthropic from '@anthropic-ai/sdk'
import Anthropic0 from '@anthropic-ai/sdk-v0'
import { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime'
import { GoogleGenAI } from '@google/genai'
import { HTTPClient as MistralHttpClient, Mistral } from '@mistralai/mistralai'
import { HTTPClient as OpenRouterHttpClient, OpenRouter } from '@openrouter/sdk'
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

/** The prompt of every request. */
export const PROMPT = 'Tell me the secret of the fourteenth blue elephant'
export const KEY = 'sk-live-4f9a1c7e2b8d6053'

/**
 * Returns a fetch function that passes the signal itself. These SDKs pass it to a chain of `Request` objects, and undici
 * loses the abort if a garbage collection removes one of them (@mistralai/mistralai 2.7, Node 20 and 24).
 */
const createFetcher =
  (signal: AbortSignal): typeof fetch =>
  (input, init) =>
    fetch(input, { ...init, signal })

/** Options of a request. */
interface Asking {
  /** Aborts the request. */
  readonly signal?: AbortSignal
  /** Timeout in milliseconds. */
  readonly timeoutMs?: number
}

/** Long enough for a busy machine. */
const TIMEOUT_MS = 10_000

/** A client. Both functions reject with the error that its users receive. */
export interface Client {
  ask(url: string, asking?: Asking): Promise<unknown>
  stream?(url: string): Promise<unknown>
}

const messages = [{ role: 'user' as const, content: PROMPT }]
const chat = { model: 'echo', messages }
const common = (timeout = TIMEOUT_MS) => ({ apiKey: KEY, maxRetries: 0, timeout })
const withSignal = (signal: AbortSignal | undefined): { signal?: AbortSignal } =>
  signal === undefined ? {} : { signal }

/** Reads a stream to its end. */
async function drain(source: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of source);
}

/** Reads a stream of the AI SDK, which reports an error as a part of the stream. */
async function drainParts(source: AsyncIterable<unknown>): Promise<void> {
  for await (const part of source) {
    const { type, error } = part as { type: string; error?: unknown }
    if (type === 'error') throw error
  }
}

function bedrock(url: string, timeoutMs = TIMEOUT_MS): BedrockRuntimeClient {
  return new BedrockRuntimeClient({
    endpoint: url,
    region: 'eu-west-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: KEY },
    requestHandler: { requestTimeout: timeoutMs, throwOnRequestTimeout: true },
  })
}
const converse = { modelId: 'echo', messages: [{ role: 'user' as const, content: [{ text: PROMPT }] }] }

const claude = { model: 'echo', max_tokens: 5, messages }

/** All clients, without their own retries. */
export const clients = {
  'openai 7': {
    ask: (url, { signal, timeoutMs = TIMEOUT_MS } = {}) =>
      new OpenAI({ ...common(timeoutMs), baseURL: url }).chat.completions.create(chat, withSignal(signal)),
    stream: async (url) =>
      drain(
        await new OpenAI({ ...common(), baseURL: url }).chat.completions.create({ ...chat, stream: true }),
      ),
  },
  'openai 6': {
    ask: (url, { signal, timeoutMs = TIMEOUT_MS } = {}) =>
      new OpenAI6({ ...common(timeoutMs), baseURL: url }).chat.completions.create(chat, withSignal(signal)),
    stream: async (url) =>
      drain(
        await new OpenAI6({ ...common(), baseURL: url }).chat.completions.create({ ...chat, stream: true }),
      ),
  },
  'openai 4': {
    ask: (url, { signal, timeoutMs = TIMEOUT_MS } = {}) =>
      new OpenAI4({ ...common(timeoutMs), baseURL: url }).chat.completions.create(chat, withSignal(signal)),
    stream: async (url) =>
      drain(
        await new OpenAI4({ ...common(), baseURL: url }).chat.completions.create({ ...chat, stream: true }),
      ),
  },
  '@anthropic-ai/sdk 1': {
    ask: (url, { signal, timeoutMs = TIMEOUT_MS } = {}) =>
      new Anthropic({ ...common(timeoutMs), baseURL: url }).messages.create(claude, withSignal(signal)),
    stream: (url) => new Anthropic({ ...common(), baseURL: url }).messages.stream(claude).finalMessage(),
  },
  '@anthropic-ai/sdk 0': {
    ask: (url, { signal, timeoutMs = TIMEOUT_MS } = {}) =>
      new Anthropic0({ ...common(timeoutMs), baseURL: url }).messages.create(claude, withSignal(signal)),
    stream: async (url) =>
      drain(await new Anthropic0({ ...common(), baseURL: url }).messages.create({ ...claude, stream: true })),
  },
  'groq-sdk': {
    ask: (url, { signal, timeoutMs = TIMEOUT_MS } = {}) =>
      new Groq({ ...common(timeoutMs), baseURL: url }).chat.completions.create(chat, withSignal(signal)),
    stream: async (url) =>
      drain(await new Groq({ ...common(), baseURL: url }).chat.completions.create({ ...chat, stream: true })),
  },
  'ai 7': {
    ask: (url, { signal, timeoutMs = TIMEOUT_MS } = {}) =>
      generateText({
        model: createOpenAICompatible({ name: 'x', baseURL: url, apiKey: KEY })('echo'),
        prompt: PROMPT,
        maxRetries: 0,
        abortSignal: signal ?? AbortSignal.timeout(timeoutMs),
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
    ask: (url, { signal, timeoutMs = TIMEOUT_MS } = {}) =>
      generateText6({
        model: createOpenAICompatible6({ name: 'x', baseURL: url, apiKey: KEY })('echo'),
        prompt: PROMPT,
        maxRetries: 0,
        abortSignal: signal ?? AbortSignal.timeout(timeoutMs),
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
    ask: (url, { signal, timeoutMs = TIMEOUT_MS } = {}) =>
      new GoogleGenAI({
        apiKey: KEY,
        httpOptions: { baseUrl: url, timeout: timeoutMs },
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
    ask: (url, { signal, timeoutMs = TIMEOUT_MS } = {}) =>
      new Mistral({
        serverURL: url,
        apiKey: KEY,
        timeoutMs,
        ...(signal && { httpClient: new MistralHttpClient({ fetcher: createFetcher(signal) }) }),
      }).chat.complete(chat, signal && { signal }),
  },
  'cohere-ai': {
    ask: (url, { signal, timeoutMs = TIMEOUT_MS } = {}) =>
      new CohereClientV2({ token: KEY, environment: url }).chat(chat, {
        maxRetries: 0,
        timeoutInSeconds: timeoutMs / 1000,
        ...(signal === undefined ? {} : { abortSignal: signal }),
      }),
  },
  '@openrouter/sdk': {
    ask: (url, { signal, timeoutMs = TIMEOUT_MS } = {}) =>
      new OpenRouter({
        serverURL: url,
        apiKey: KEY,
        timeoutMs,
        retryConfig: { strategy: 'none' },
        ...(signal && { httpClient: new OpenRouterHttpClient({ fetcher: createFetcher(signal) }) }),
      }).chat.send({ chatRequest: chat }, signal && { signal }),
  },
  '@aws-sdk/client-bedrock-runtime': {
    ask: (url, { signal, timeoutMs = TIMEOUT_MS } = {}) =>
      bedrock(url, timeoutMs).send(
        new ConverseCommand(converse),
        signal === undefined ? {} : { abortSignal: signal },
      ),
    stream: async (url) => {
      const { stream } = await bedrock(url).send(new ConverseStreamCommand(converse))
      await drain(stream!)
    },
  },
  axios: {
    ask: (url, { signal, timeoutMs = TIMEOUT_MS } = {}) =>
      axios.post(url, chat, {
        timeout: timeoutMs,
        headers: { authorization: `Bearer ${KEY}` },
        responseType: 'json',
        transitional: { silentJSONParsing: false },
        ...(signal === undefined ? {} : { signal }),
      }),
  },
  got: {
    ask: (url, { signal, timeoutMs = TIMEOUT_MS } = {}) =>
      got
        .post(url, {
          json: chat,
          retry: { limit: 0 },
          timeout: { request: timeoutMs },
          headers: { authorization: `Bearer ${KEY}` },
          ...(signal === undefined ? {} : { signal }),
        })
        .json(),
  },
  ky: {
    ask: (url, { signal, timeoutMs = TIMEOUT_MS } = {}) =>
      ky
        .post(url, {
          json: chat,
          retry: 0,
          timeout: timeoutMs,
          headers: { authorization: `Bearer ${KEY}` },
          ...(signal === undefined ? {} : { signal }),
        })
        .json(),
  },
  undici: {
    ask: async (url, { signal, timeoutMs = TIMEOUT_MS } = {}) => {
      const dispatcher = new Agent({ headersTimeout: timeoutMs, connect: { timeout: timeoutMs } }).compose(
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
    ask: async (url, { signal, timeoutMs = TIMEOUT_MS } = {}) => {
      const response = await fetch(url, {
        method: 'POST',
        body: JSON.stringify(chat),
        signal: signal ?? AbortSignal.timeout(timeoutMs),
      })
      if (!response.ok) throw response
      return response.json()
    },
  },
} as const satisfies Readonly<Record<string, Client>>

/** Returns the error of a request. @throws Error if the request succeeds */
export async function catchError(response: Promise<unknown>): Promise<unknown> {
  let value: unknown
  try {
    value = await response
  } catch (thrown) {
    return thrown
  }
  throw new Error(`The request succeeded with ${JSON.stringify(value)?.slice(0, 200)}`)
}
