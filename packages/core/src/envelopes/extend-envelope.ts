import { getHeader } from '../http/headers.ts'
import type { ApiRequest } from '../http/request.ts'
import { checkDefinition } from './check-definition.ts'
import { checkExtension } from './check-extension.ts'
import { createEnvelope } from './define-envelope.ts'
import type { Envelope, EnvelopeDefinition } from './envelope.ts'
import { readDefinition, type ExtendedDefinition } from './extended-definition.ts'
import type { EnvelopeExtension, MessageFunction } from './extension.ts'
import { addMembersTo } from './extra-members.ts'
import { fillMessage } from './fill-message.ts'

/**
 * Creates an envelope from another one. Everything that the extension does not name is that of the base: bodies, events,
 * socket messages, headers, strict mode.
 *
 * @param base An envelope of this package, or one that `defineEnvelope` or `extendEnvelope` has created.
 * @throws TypeError naming the invalid member of the extension.
 */
export function extendEnvelope<const Member extends string>(
  base: Envelope,
  extension: EnvelopeExtension<Member>,
): Envelope {
  const name = checkExtension(base, extension)
  const baseDefinition = readDefinition(base)
  const { messages, members, memberSchemas, vary, ...replacements } = extension
  const { getMessage, createHeaders: _, vary: baseVary = [], ...publicDefinition } = baseDefinition
  const definition: EnvelopeDefinition<string> = {
    ...publicDefinition,
    ...replacements,
    title: extension.title ?? extension.id,
    codes: { ...baseDefinition.codes, ...extension.codes },
    mapping: { ...baseDefinition.mapping, ...extension.mapping },
    strictFallback: { ...baseDefinition.strictFallback, ...extension.strictFallback },
  }
  checkDefinition(definition, name)
  const headers = new Set([
    ...baseVary,
    ...(vary ?? (typeof messages === 'function' ? ['Accept-Language'] : [])),
  ])
  const extended: ExtendedDefinition = {
    ...(members === undefined
      ? definition
      : addMembersTo(definition, { getMembers: members, schemas: memberSchemas ?? {} })),
    ...createHeaderMembers([...headers]),
    ...createGetMessage(messages, getMessage),
  }
  const envelope = createEnvelope(() => extended)
  return base.mode === 'strict' ? envelope.strict : envelope
}

function createHeaderMembers(vary: readonly string[]): Pick<ExtendedDefinition, 'vary' | 'createHeaders'> {
  if (vary.length === 0) return {}
  return {
    vary,
    createHeaders: ({ error, request, language }) => ({
      vary: addVary(getHeader(error.headers, 'vary') ?? readVary(request), vary),
      ...(language === undefined ? {} : { 'content-language': language }),
    }),
  }
}

/** Appends names of request headers to a Vary header. */
function addVary(current: string | undefined, names: readonly string[]): string {
  const present = new Set(current?.toLowerCase().split(/\s*,\s*/))
  const added = names.filter((name) => !present.has(name.toLowerCase()))
  return [...(current === undefined || current === '' ? [] : [current]), ...added].join(', ')
}

/** Returns the Vary header that the failed handler has set. A foreign object may throw. */
function readVary(request: ApiRequest | undefined): string | undefined {
  try {
    return request?.responseHeader?.('vary')
  } catch {
    return undefined
  }
}

function createGetMessage(
  messages: EnvelopeExtension['messages'],
  getBaseMessage: ExtendedDefinition['getMessage'],
): Pick<ExtendedDefinition, 'getMessage'> {
  if (messages === undefined) return getBaseMessage === undefined ? {} : { getMessage: getBaseMessage }
  const select: MessageFunction =
    typeof messages === 'function' ? messages : (error) => fillMessage(messages, error)
  return {
    getMessage(error, context) {
      let problem: unknown = 'it must return a string, { text, language } or undefined'
      try {
        const message = select(error, context.request)
        if (message === undefined) return getBaseMessage?.(error, context)
        if (typeof message === 'string') return { text: message }
        if (typeof message.text === 'string') return message
      } catch (failure) {
        problem = failure
      }
      context.report?.('`messages` of an extended envelope failed', problem)
      return getBaseMessage?.(error, context)
    },
  }
}
