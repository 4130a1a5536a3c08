import {
  errorClasses,
  formatPath,
  resolveEnvelope,
  type Envelope,
  type EnvelopeId,
  type RetryPolicy,
} from '@faultline/core'
import { exampleAnswers, listLeaves, type ErrorClassOrCode } from '@faultline/openapi'
import { buildEntry } from './build-entry.ts'
import { createSharedExample } from './client-examples/create-client-example.ts'
import { readWireCodes, type CodedExample } from './code-paths.ts'
import { errorDocuments } from './documents/index.ts'
import type { ClientExample, EntryContext, ReferenceEntry } from './entry.ts'
import type { DocumentedCode, DocumentedExample, ErrorDocument } from './error-document.ts'
import { getStatusText } from './labels.ts'
import { readSentError } from './sent-error.ts'

/** Codes under one heading. */
export interface ReferenceGroup {
  readonly title: string
  /** A remark that applies to all entries. */
  readonly note: string | undefined
  readonly entries: readonly ReferenceEntry[]
}

/** The content of an error reference: the input of `toMarkdown` and `toHtml`. */
export interface Reference {
  readonly title: string
  /** The envelope id, with the suffix `:strict` in strict mode. */
  readonly envelope: string
  /** The title of the envelope's document. */
  readonly format: string
  readonly contentType: string
  /** The URL that examples send requests to. */
  readonly url: string
  /** The header that carries the API key, and the scheme before the key. */
  readonly auth: { readonly header: string; readonly scheme?: string }
  readonly statuses: readonly { readonly status: number; readonly text: string }[]
  /** Paths of the code in a body, such as `error.code`. More than one if bodies have it in different places. */
  readonly codePaths: readonly string[]
  /** The document's name for the member that contains the code. */
  readonly codeLabel: string | undefined
  /** The codes of bodies without a code, by status. */
  readonly codeByStatus: Readonly<Record<number, string>>
  /** Path of the request id in a body, if bodies have one. */
  readonly requestIdPath: string | undefined
  /** The rules of the envelope's document for retries. */
  readonly retryPolicy: RetryPolicy
  readonly rules: readonly string[]
  readonly notes: readonly string[]
  /** The examples in the document. */
  readonly examples: readonly DocumentedExample[]
  /** Code that the snippets of the entries are inserted into. */
  readonly client: ClientExample
  readonly groups: readonly ReferenceGroup[]
}

/** Options of `buildReference`. */
export interface ReferenceOptions {
  /** Error classes, including your own, or codes of the taxonomy. @default the whole taxonomy */
  readonly errors?: readonly ErrorClassOrCode[] | undefined
  /** The API's error documentation. @default the document that the envelope implements, if any */
  readonly document?: ErrorDocument | undefined
  /** @default the title of the document or of the envelope */
  readonly title?: string | undefined
  /** Base URL of the API: an absolute http or https URL. @default https://api.example.com */
  readonly baseUrl?: string | undefined
  /** The path that examples send POST requests to. @default /v1/chat/completions */
  readonly path?: string | undefined
}

/**
 * Builds the error reference of an API, by code. Statuses, messages, headers and bodies are taken from the responses
 * that a server sends.
 *
 * Codes that the document lists come first, in its order. In normal mode, codes that it does not list follow; strict
 * mode does not send any.
 *
 * @param envelope The wire format, or its id.
 * @throws TypeError for an unknown envelope or error, for a document that lists a code unknown to the envelope, and for
 * an invalid base URL
 */
export function buildReference(envelope: Envelope | EnvelopeId, options: ReferenceOptions = {}): Reference {
  const format = resolveEnvelope(envelope)
  const { errors, document = errorDocuments[format.id], baseUrl = 'https://api.example.com' } = options
  assertBaseUrl(baseUrl)
  if (document !== undefined) assertDocument(format, document)
  const url = baseUrl.replace(/(?<!\/)\/+$/, '') + (options.path ?? '/v1/chat/completions')
  const auth = document?.auth ?? readAuth(format)
  const answers = exampleAnswers(format, errors ?? Object.values(errorClasses))
  const { reader, examples } = readWireCodes(
    format,
    answers.map((answer) => readSentError(format, answer)),
  )
  const context = { envelope: format, url, auth }
  const listed = document?.codes ?? listCodes(format, examples)
  // Without a selection of errors, the reference includes documented codes that no error is sent as.
  const includesUnsent = document !== undefined && errors === undefined
  const groups = buildGroups(listed, document?.title ?? format.title, examples, includesUnsent, context)
  const entries = groups.flatMap((group) => group.entries)
  const statuses = document?.statuses ?? entries.flatMap((entry) => entry.statuses)
  return {
    title: options.title ?? document?.title ?? format.title,
    envelope: format.mode === 'strict' ? `${format.id}:strict` : format.id,
    format: document?.title ?? format.title,
    contentType: format.contentType,
    url,
    auth,
    statuses: [...new Set(statuses)]
      .toSorted((a, b) => a - b)
      .map((status) => ({ status, text: getStatusText(status) })),
    codePaths: reader.paths.map((path) => formatPath(path) ?? ''),
    codeLabel: document?.identifier,
    codeByStatus: reader.byStatus,
    requestIdPath: findRequestIdPath(examples),
    retryPolicy: format.retryPolicy ?? {},
    rules: document?.rules ?? [],
    notes: document?.notes ?? [],
    examples: document?.examples ?? [],
    client: createSharedExample(reader, entries, context),
    groups,
  }
}

function assertBaseUrl(baseUrl: string): void {
  if (!/^https?:\/\/[^\s?#]+$/i.test(baseUrl) || !URL.canParse(baseUrl)) {
    throw new TypeError(
      `buildReference: baseUrl must be an absolute http or https URL without query and fragment, not ${JSON.stringify(baseUrl)}`,
    )
  }
}

function assertDocument(envelope: Envelope, document: ErrorDocument): void {
  for (const { wire } of document.codes) {
    if (!Object.hasOwn(envelope.codes, wire)) {
      throw new TypeError(
        `buildReference: the document lists ${JSON.stringify(wire)}, which the envelope ${envelope.id} does not define`,
      )
    }
  }
}

/** Reads the API key header from the envelope's WWW-Authenticate challenge. */
function readAuth({ challenge }: Envelope): Reference['auth'] {
  const header = /\bheader="([^"]+)"/i.exec(challenge)?.[1]
  return header === undefined ? { header: 'Authorization', scheme: 'Bearer' } : { header }
}

function buildGroups(
  listed: readonly DocumentedCode[],
  documentTitle: string,
  examples: readonly CodedExample[],
  includesUnsent: boolean,
  context: EntryContext,
): ReferenceGroup[] {
  const isStrict = context.envelope.mode === 'strict'
  const byCode = new Map<string, CodedExample[]>()
  for (const example of examples) byCode.set(example.wire, [...(byCode.get(example.wire) ?? []), example])
  const groups: { title: string; note: string | undefined; entries: ReferenceEntry[] }[] = []
  const addEntry = (title: string, entry: ReferenceEntry, note?: string): void => {
    const last = groups.at(-1)
    if (last?.title === title) last.entries.push(entry)
    else groups.push({ title, note, entries: [entry] })
  }
  for (const code of listed) {
    const codeExamples = byCode.get(code.wire) ?? []
    byCode.delete(code.wire)
    if (codeExamples.length === 0 && !includesUnsent) continue
    addEntry(code.group ?? getStatusTitle(code), buildEntry(code, true, codeExamples, context))
  }
  const unlisted = [...byCode]
    .map(([wire, codeExamples]) => ({ wire, status: codeExamples[0]?.response.status ?? 500, codeExamples }))
    .toSorted((a, b) => a.status - b.status)
  for (const { codeExamples, ...code } of unlisted) {
    const entry = buildEntry(code, isStrict, codeExamples, context)
    if (isStrict) addEntry(getStatusTitle(code), entry)
    else {
      addEntry(
        'Beyond the document',
        entry,
        `Errors not listed in “${documentTitle}” keep their own HTTP status.`,
      )
    }
  }
  return groups
}

/** Lists the codes of an envelope without a document, by status. In strict mode, every sent code is listed. */
function listCodes({ codes, mode }: Envelope, examples: readonly CodedExample[]): DocumentedCode[] {
  const statuses = new Map(Object.entries(codes).map(([wire, { status }]) => [wire, status]))
  for (const { wire, response } of mode === 'strict' ? examples : []) {
    if (!statuses.has(wire)) statuses.set(wire, response.status)
  }
  return [...statuses].map(([wire, status]) => ({ wire, status })).toSorted((a, b) => a.status - b.status)
}

function getStatusTitle({ status, field }: Pick<DocumentedCode, 'status' | 'field'>): string {
  return `${status} ${getStatusText(status)}${field === undefined ? '' : ', about one field'}`
}

function findRequestIdPath([first]: readonly CodedExample[]): string | undefined {
  const requestId = first?.response.headers['x-request-id']
  return formatPath(listLeaves(first?.body).find(({ value }) => value === requestId)?.path)
}
