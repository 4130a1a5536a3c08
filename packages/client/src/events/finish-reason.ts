import { readItems, readProperty, type ErrorCode } from '@faultline/core'
import { readText } from '../providers/read-text.ts'
import { toSnakeCase } from '../providers/to-snake-case.ts'
import type { StreamFailure } from './stream-failure.ts'

/** Reasons of content filters, in snake_case. */
const FILTERED =
  /^(?:content_filter|refusal|safety|recitation|blocklist|prohibited_content|spii|image_(?:safety|prohibited_content|recitation)|error_toxic|sensitive)$/

/** Other failures. A length limit is not one, and neither is Gemini's `OTHER`. */
const FAILED = /^(?:error|error_finish|malformed_(?:function_call|response)|network_error)$/

/** Maximum number of answers in one event that are examined. */
const MAX_ANSWERS = 16

/**
 * Reads why the provider ended the answer, or blocked the prompt: `finish_reason` of OpenAI, Cohere, DeepSeek and Z.ai,
 * Anthropic's `stop_reason`, Gemini's `finishReason` and `blockReason`.
 *
 * @returns undefined if the reason is not a failure.
 */
export function readFinishReason(body: object): StreamFailure | undefined {
  const blockReason = readText(readProperty(body, 'promptFeedback'), 'blockReason')
  if (blockReason !== undefined) return createFailure('filter', 'prompt_violation', blockReason)
  for (const reason of collectReasons(body)) {
    const name = toSnakeCase(reason ?? '')
    if (FILTERED.test(name)) return createFailure('filter', 'unsafe_content', reason)
    if (FAILED.test(name)) return createFailure('error', 'stream_error', reason)
    if (name === 'timeout') return createFailure('error', 'model_timeout', reason)
    if (name === 'insufficient_system_resource') return createFailure('error', 'model_overloaded', reason)
  }
  return undefined
}

function createFailure(
  kind: StreamFailure['kind'],
  code: ErrorCode,
  reason: string | undefined,
): StreamFailure {
  return { kind, code, body: { error: { code: reason } } }
}

function collectReasons(body: object): (string | undefined)[] {
  const delta = readProperty(body, 'delta')
  return [
    ...readItems(readProperty(body, 'choices'), MAX_ANSWERS).map((choice) =>
      readText(choice, 'finish_reason'),
    ),
    ...readItems(readProperty(body, 'candidates'), MAX_ANSWERS).map((item) => readText(item, 'finishReason')),
    readText(delta, 'stop_reason'),
    readText(delta, 'finish_reason'),
    readText(body, 'finish_reason'),
    readText(body, 'finishReason'),
    readText(readProperty(readProperty(body, 'response'), 'incomplete_details'), 'reason'),
  ]
}
