import { errorClasses, type Envelope, type EnvelopeId } from '@faultline/core'
import { answersOf, envelopeFrom, type ErrorClassOrCode } from '@faultline/openapi'
import { sharedCode, type ClientExample } from './client-code.ts'
import { errorDocuments } from './documents/index.ts'
import { documentedEntry, sentEntry, type Making, type ReferenceEntry } from './entry.ts'
import type { DocumentedCode, DocumentedExample, ErrorDocument } from './error-document.ts'
import { identify, type Identified } from './identifier.ts'
import { leavesOf, pathText } from './leaves.ts'
import { sentBy } from './sent.ts'
import { statusText } from './status-text.ts'

/** Codes that stand under one heading. */
export interface ReferenceGroup {
  readonly title: string
  /** What holds for all of them. */
  readonly note: string | undefined
  readonly entries: readonly ReferenceEntry[]
}

/** All that is to be told of an API's errors: what `toMarkdown` and `toHtml` lay out. */
export interface Reference {
  readonly title: string
  /** The envelope's id, `:strict` behind it for strict mode. */
  readonly envelope: string
  /** The envelope in a line, as its document is called. */
  readonly format: string
  readonly contentType: string
  /** The address that examples call. */
  readonly url: string
  /** The header that a key is sent in, and the scheme before it. */
  readonly auth: { readonly header: string; readonly scheme?: string }
  readonly statuses: readonly { readonly status: number; readonly text: string }[]
  /** Where a body has its code, `error.code`; several where not all have it in one place. */
  readonly codePaths: readonly string[]
  /** What the member that has it is called in the document. */
  readonly codeLabel: string | undefined
  /** The codes of the bodies that have none, by status. */
  readonly codeByStatus: Readonly<Record<number, string>>
  /** Where a body has the id of the request, if it has it. */
  readonly requestIdPath: string | undefined
  readonly rules: readonly string[]
  readonly notes: readonly string[]
  /** The answers that the document shows. */
  readonly samples: readonly DocumentedExample[]
  /** The code that the entries' own code is put into. */
  readonly client: ClientExample
  readonly groups: readonly ReferenceGroup[]
}

/** What a reference is of, and how it is told. */
export interface ReferenceOptions {
  /** Classes, your own among them, or codes of the taxonomy. @default the whole taxonomy */
  readonly errors?: readonly ErrorClassOrCode[] | undefined
  /** What the owner of the wire format says of it. @default the document that the envelope follows, if it follows one */
  readonly document?: ErrorDocument | undefined
  /** @default the document's title, else the envelope's */
  readonly title?: string | undefined
  /** Where the API is: an absolute http or https URL. @default https://api.example.com */
  readonly baseUrl?: string | undefined
  /** The path that examples post to. @default /v1/chat/completions */
  readonly path?: string | undefined
}

/**
 * The reference of an API's errors, code by code as its clients see them. It is made of what a server would send:
 * statuses, messages, headers and bodies are those of its answers.
 *
 * Codes that the document lists come first, in its order. In normal mode those follow that it does not list; strict
 * mode sends none.
 *
 * @param of An envelope, or its id.
 * @throws TypeError for what is no kind of error, a document with a code that the envelope lacks, a base URL that is
 * none.
 */
export function buildReference(of: Envelope | EnvelopeId, options: ReferenceOptions = {}): Reference {
  const envelope = envelopeFrom(of)
  const { errors, document = errorDocuments[envelope.id], baseUrl = 'https://api.example.com' } = options
  check(envelope, document, baseUrl)
  const url = baseUrl.replace(/\/+$/, '') + (options.path ?? '/v1/chat/completions')
  const auth = document?.auth ?? authOf(envelope)
  const answers = answersOf(envelope, errors ?? Object.values(errorClasses))
  const { identifier, identified } = identify(
    envelope,
    answers.map((answered) => sentBy(envelope, answered)),
  )
  const groups = groupsOf(envelope, document, identified, errors === undefined, { envelope, url, auth })
  const entries = groups.flatMap((group) => group.entries)
  const statuses = document?.statuses ?? entries.flatMap((entry) => entry.statuses)
  return {
    title: options.title ?? document?.title ?? envelope.title,
    envelope: envelope.mode === 'strict' ? `${envelope.id}:strict` : envelope.id,
    format: document?.title ?? envelope.title,
    contentType: envelope.contentType,
    url,
    auth,
    statuses: [...new Set(statuses)]
      .toSorted((a, b) => a - b)
      .map((status) => ({ status, text: statusText(status) })),
    codePaths: identifier.paths.map(pathText),
    codeLabel: document?.identifier,
    codeByStatus: identifier.byStatus,
    requestIdPath: requestIdAt(identified),
    rules: document?.rules ?? [],
    notes: document?.notes ?? [],
    samples: document?.samples ?? [],
    client: sharedCode({ envelope, url, auth, identifier, entries }),
    groups,
  }
}

function check(envelope: Envelope, document: ErrorDocument | undefined, baseUrl: string): void {
  if (!/^https?:\/\/[^\s?#]+$/i.test(baseUrl) || !URL.canParse(baseUrl)) {
    throw new TypeError(
      `buildReference: baseUrl must be an absolute http or https URL without query and fragment, not ${JSON.stringify(baseUrl)}`,
    )
  }
  for (const { wire } of document?.codes ?? []) {
    if (!Object.hasOwn(envelope.codes, wire)) {
      throw new TypeError(
        `buildReference: the document lists ${JSON.stringify(wire)}, which the envelope ${envelope.id} does not`,
      )
    }
  }
}

/** A challenge may name the header that it asks for. */
function authOf({ challenge }: Envelope): Reference['auth'] {
  const named = /\bheader="([^"]+)"/i.exec(challenge)?.[1]
  return named === undefined ? { header: 'Authorization', scheme: 'Bearer' } : { header: named }
}

/** @param isWhole Whether the document's codes are there that no error is sent as. */
function groupsOf(
  envelope: Envelope,
  document: ErrorDocument | undefined,
  identified: readonly Identified[],
  isWhole: boolean,
  making: Making,
): ReferenceGroup[] {
  const listed = document?.codes ?? listedBy(envelope, identified)
  const byWire = new Map<string, Identified[]>()
  for (const each of identified) byWire.set(each.wire, [...(byWire.get(each.wire) ?? []), each])
  const groups: { title: string; note: string | undefined; entries: ReferenceEntry[] }[] = []
  const add = (title: string, entry: ReferenceEntry, note?: string): void => {
    const last = groups.at(-1)
    if (last?.title === title) last.entries.push(entry)
    else groups.push({ title, note, entries: [entry] })
  }
  const beyond = `What “${document?.title ?? envelope.title}” does not list is sent with a status of its own.`
  for (const code of listed) {
    const answers = byWire.get(code.wire) ?? []
    byWire.delete(code.wire)
    if (answers.length > 0 || (isWhole && document !== undefined)) {
      const entry = documentedEntry(code, answers, making)
      add(code.group ?? statusTitle(code), entry)
    }
  }
  const rest = [...byWire.values()]
    .map((answers) => sentEntry(answers, making))
    .toSorted((a, b) => a.statuses[0]! - b.statuses[0]!)
  for (const entry of rest) {
    if (envelope.mode === 'strict') add(statusTitle({ status: entry.statuses[0]! }), entry)
    else add('Beyond the document', entry, beyond)
  }
  return groups
}

/** Without a document there is no order but that of the statuses. What strict mode sends is listed, whatever it is. */
function listedBy({ codes, mode }: Envelope, identified: readonly Identified[]): DocumentedCode[] {
  const statuses = new Map(Object.entries(codes).map(([wire, { status }]) => [wire, status]))
  for (const { wire, answer } of mode === 'strict' ? identified : []) {
    if (!statuses.has(wire)) statuses.set(wire, answer.status)
  }
  return [...statuses].map(([wire, status]) => ({ wire, status })).toSorted((a, b) => a.status - b.status)
}

function statusTitle({ status, field }: Pick<DocumentedCode, 'status' | 'field'>): string {
  return `${status} ${statusText(status)}${field === undefined ? '' : ', about one field'}`
}

function requestIdAt([first]: readonly Identified[]): string | undefined {
  const id = first?.answer.headers['x-request-id']
  const path = leavesOf(first?.body).find(({ value }) => value === id)?.path
  return path === undefined ? undefined : pathText(path)
}
