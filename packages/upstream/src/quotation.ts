import { isObject, parseJson, readItems, readProperty } from '@faultline/core'

/** Minimum number of consecutive characters that a message and the request share for a quotation. */
const MIN_QUOTATION_LENGTH = 20
/** Every fourth window of the request is compared, which finds each quotation of the minimum length. */
const STEP = 4
const WINDOW_LENGTH = MIN_QUOTATION_LENGTH - STEP + 1
/** Minimum length of a short string that counts as a quotation as a whole. */
const MIN_PHRASE_LENGTH = 8

/** Maximum number of characters of the message, and of the request, that are compared. */
const MAX_MESSAGE_LENGTH = 4096
const MAX_CONTENT_LENGTH = 1_048_576
/** Maximum numbers of strings, values, nesting levels and members of one value that are collected. */
const MAX_STRINGS = 512
const MAX_VALUES = 4096
const MAX_DEPTH = 16
const MAX_MEMBERS = 256
/** Up to this depth, a string that contains JSON is parsed. */
const MAX_JSON_DEPTH = 4

/** Members of a request that contain names. A message may quote them. */
const NAME_MEMBERS: ReadonlySet<string> = new Set(['model', 'modelId', 'role', 'type', 'name'])

/**
 * Returns whether a message quotes the content of a request.
 *
 * @param contents Strings, parsed bodies, or JSON.
 */
export function quotesRequest(message: string, contents: readonly unknown[]): boolean {
  const text = message.slice(0, MAX_MESSAGE_LENGTH).toLowerCase()
  const windows = new Set<string>()
  for (let index = 0; index + WINDOW_LENGTH <= text.length; index++)
    windows.add(text.slice(index, index + WINDOW_LENGTH))
  let remaining = MAX_CONTENT_LENGTH
  for (const content of collectStrings(contents)) {
    const part = content.slice(0, remaining).trim().toLowerCase()
    remaining -= part.length
    if (isPhrase(part) && text.includes(part)) return true
    for (let index = 0; index + WINDOW_LENGTH <= part.length; index += STEP)
      if (windows.has(part.slice(index, index + WINDOW_LENGTH))) return true
  }
  return false
}

/** A short string with several words. A single word may be a name. */
function isPhrase(text: string): boolean {
  return text.length < MIN_QUOTATION_LENGTH && text.length >= MIN_PHRASE_LENGTH && text.includes(' ')
}

/** Collects the strings of nested values, breadth first. */
function collectStrings(values: readonly unknown[]): string[] {
  const strings: string[] = []
  let level: readonly unknown[] = values
  let remaining = MAX_VALUES
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth++) {
    const nextLevel: unknown[] = []
    for (const value of level) {
      if (strings.length === MAX_STRINGS || remaining === 0) return strings
      remaining -= 1
      const members = typeof value === 'string' && depth < MAX_JSON_DEPTH ? parseObject(value) : value
      if (isObject(members)) nextLevel.push(...readMembers(members))
      else if (typeof value === 'string') strings.push(value)
    }
    level = nextLevel
  }
  return strings
}

function parseObject(text: string): unknown {
  return text.length <= MAX_CONTENT_LENGTH && /^\s*[[{]/.test(text) ? parseJson(text) : undefined
}

function readMembers(value: object): unknown[] {
  try {
    if (Array.isArray(value)) return readItems(value, MAX_MEMBERS)
    // Bytes contain no strings, and have one member per byte.
    if (ArrayBuffer.isView(value)) return []
    return Object.keys(value)
      .filter((key) => !NAME_MEMBERS.has(key))
      .slice(0, MAX_MEMBERS)
      .map((key) => readProperty(value, key))
  } catch {
    // A trap of a Proxy threw.
    return []
  }
}
