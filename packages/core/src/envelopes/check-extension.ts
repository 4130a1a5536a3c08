import { describeValue } from '../errors/describe-value.ts'
import { findSimilar } from '../errors/find-similar.ts'
import { isValidHeader } from '../http/headers.ts'
import { findCodeProblem } from './check-definition.ts'
import { isPlainObject } from './details.ts'
import type { Envelope } from './envelope.ts'
import type { EnvelopeExtension } from './extension.ts'
import { listMembers } from './extra-members.ts'
import { readDefinition } from './extended-definition.ts'
import { describeLookAlike, isEnvelope } from './is-envelope.ts'

/** The members of an extension. */
const extensionMembers = {
  id: true,
  title: true,
  messages: true,
  vary: true,
  members: true,
  memberSchemas: true,
  codes: true,
  mapping: true,
  strictFallback: true,
  challenge: true,
  clientHints: true,
  retryPolicy: true,
  retryAfterStatuses: true,
} as const satisfies { readonly [member in keyof EnvelopeExtension]-?: true }

/**
 * Checks the arguments of `extendEnvelope`, except the members that are part of a definition.
 *
 * @returns The name of the call, for messages: `extendEnvelope("acme")`.
 * @throws TypeError naming the invalid or unknown member.
 */
export function checkExtension(base: Envelope, extension: EnvelopeExtension): string {
  if (!isEnvelope(base))
    throw new TypeError(
      `extendEnvelope: the base must be an envelope, such as envelopes.openai, not ${describeValue(base)}${describeLookAlike(base)}`,
    )
  if (!isPlainObject(extension))
    throw new TypeError(`extendEnvelope: the extension must be an object, not ${describeValue(extension)}`)
  const name = `extendEnvelope(${JSON.stringify(extension.id)})`
  for (const problem of findProblems(base, extension)) throw new TypeError(`${name}: ${problem}`)
  return name
}

function* findProblems(base: Envelope, extension: EnvelopeExtension): Generator<string> {
  const known = Object.keys(extensionMembers)
  for (const member of Object.keys(extension)) {
    if (known.includes(member)) continue
    const similar = findSimilar(member, known)
    const suggestion = similar === undefined ? '' : `did you mean \`${similar}\`? `
    yield `unknown member \`${member}\`; ${suggestion}known members: ${known.join(', ')}`
  }
  const { messages = {}, vary = [] } = extension
  if (isPlainObject(messages)) {
    for (const [code, text] of Object.entries<unknown>(messages)) {
      const problem = findCodeProblem('messages', code)
      if (problem !== undefined) yield problem
      if (typeof text !== 'string') yield `messages.${code} must be a string, not ${describeValue(text)}`
    }
  } else if (typeof messages !== 'function')
    yield `messages must be a table by error code or a function, not ${describeValue(messages)}`
  if (
    !Array.isArray(vary) ||
    !vary.every((header) => typeof header === 'string' && isValidHeader(header, ''))
  )
    yield `vary must be an array of header names, not ${describeValue(vary)}`
  yield* findMemberProblems(base, extension)
}

function* findMemberProblems(
  base: Envelope,
  { members, memberSchemas }: EnvelopeExtension,
): Generator<string> {
  if (members === undefined && memberSchemas === undefined) return
  if (typeof members !== 'function') yield `members must be a function, not ${describeValue(members)}`
  if (!isPlainObject(memberSchemas) || !Object.values(memberSchemas).every(isPlainObject))
    yield `memberSchemas must be an object with a JSON Schema for each name that \`members\` returns, for example { docs_url: { type: 'string' } }`
  if (base.contentType.startsWith('text/plain'))
    yield `members cannot be added, because the bodies of ${base.id} are plain text`
  const place = readDefinition(base).errorMember
  const own = listMembers(base.schema, place)
  for (const name of Object.keys(memberSchemas ?? {}))
    if (own.includes(name) || name === 'details')
      yield `memberSchemas.${name} is a member of the base envelope; choose another name`
}
