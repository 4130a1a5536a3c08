import { createAnthropic } from '@ai-sdk/anthropic'
import { createAnthropic as createAnthropicV6 } from '@ai-sdk/anthropic-v6'
import { createGoogleGenerativeAI } from '@ai-sdk/google'
import { createGoogleGenerativeAI as createGoogleV6 } from '@ai-sdk/google-v6'
import { createOpenAI } from '@ai-sdk/openai'
import { createOpenAI as createOpenAIV6 } from '@ai-sdk/openai-v6'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { createOpenAICompatible as createCompatibleV6 } from '@ai-sdk/openai-compatible-v6'
import { APICallError, StreamProviderError, streamText, type LanguageModel } from 'ai'
import {
  APICallError as APICallErrorV6,
  streamText as streamTextV6,
  type LanguageModel as LanguageModelV6,
} from 'ai-v6'
import type { ExpectedError, Format } from '../dialects.ts'
import { PROMPT, type Client } from './client.ts'

/** Without a limit, the provider of Anthropic warns. */
const params = { prompt: PROMPT, maxOutputTokens: 9, maxRetries: 0, onError: (): void => {} }

/** Reads all parts of a full stream. @throws the error of the first error part */
async function readParts(
  parts: AsyncIterable<{ readonly type: string; readonly error?: unknown }>,
): Promise<void> {
  const errors: unknown[] = []
  for await (const part of parts) if (part.type === 'error') errors.push(part.error)
  if (errors.length > 0) throw errors[0]
}

function hasFields(error: unknown, expected: ExpectedError): boolean {
  return error instanceof Object && 'message' in error && error.message === expected.message
}

/** Version 7: an error of the SDK's classes for a response, or for an error event. */
function createClient(
  provider: string,
  formats: readonly Format[],
  createModel: (url: string) => LanguageModel,
): Client {
  return {
    sdk: 'ai-7',
    name: `ai 7, ${provider}`,
    formats,
    read: (url) => readParts(streamText({ model: createModel(url), ...params }).fullStream),
    isTyped: (error, expected) =>
      (APICallError.isInstance(error) || StreamProviderError.isInstance(error)) && hasFields(error, expected),
  }
}

/**
 * Version 6: it has a class for the error of a response. For an error event, its part contains the provider's object as it
 * was sent, so that an object with the envelope's fields counts as typed.
 */
function createClientV6(
  provider: string,
  formats: readonly Format[],
  createModel: (url: string) => LanguageModelV6,
): Client {
  return {
    sdk: 'ai-6',
    name: `ai 6, ${provider}`,
    formats,
    read: (url) => readParts(streamTextV6({ model: createModel(url), ...params }).fullStream),
    isTyped: (error, expected) =>
      (APICallErrorV6.isInstance(error) || isProviderError(error, expected)) && hasFields(error, expected),
  }
}

function isProviderError(error: unknown, { code, type }: ExpectedError): boolean {
  if (!(error instanceof Object) || error instanceof Error) return false
  const fields: { code?: unknown; type?: unknown } = error
  return (code !== undefined && fields.code === code) || (type !== undefined && fields.type === type)
}

const getOptions = (url: string) => ({ apiKey: 'sk-test', baseURL: `${url}/v1` })
const getCompatibleOptions = (url: string) => ({ ...getOptions(url), name: 'app' })

const CHAT: readonly Format[] = ['chat', 'azure']

export const aiSdkClients: readonly Client[] = [
  createClient('openai-compatible', CHAT, (url) => createOpenAICompatible(getCompatibleOptions(url))('m')),
  createClient('openai chat', CHAT, (url) => createOpenAI(getOptions(url)).chat('m')),
  createClient('openai responses', ['responses'], (url) => createOpenAI(getOptions(url)).responses('m')),
  createClient('anthropic', ['messages'], (url) => createAnthropic(getOptions(url))('m')),
  createClient('google', ['google'], (url) => createGoogleGenerativeAI(getOptions(url))('m')),
  createClientV6('openai-compatible', CHAT, (url) => createCompatibleV6(getCompatibleOptions(url))('m')),
  createClientV6('openai chat', CHAT, (url) => createOpenAIV6(getOptions(url)).chat('m')),
  createClientV6('openai responses', ['responses'], (url) => createOpenAIV6(getOptions(url)).responses('m')),
  createClientV6('anthropic', ['messages'], (url) => createAnthropicV6(getOptions(url))('m')),
  createClientV6('google', ['google'], (url) => createGoogleV6(getOptions(url))('m')),
]
