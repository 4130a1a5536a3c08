import { isObject, type Members } from '@faultline/core'
import { Ajv } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { Finding } from './finding.ts'
import { limitTime } from './limit-time.ts'
import type { Exchange } from './probe-session.ts'

/**
 * Maximum time for the document, and for each response, in milliseconds. The document can come from the server: a
 * regular expression in it can run without end.
 */
const MAX_CHECK_MS = 3000

/** Maximum number of responses whose check may reach the time limit. Further ones are not checked. */
const MAX_TIMEOUTS = 3

/** Maximum length of a path template. A longer one cannot match a request of a check. */
const MAX_TEMPLATE_LENGTH = 2048

/** A response object of the document. */
interface DocumentedResponse {
  readonly operation: string
  readonly response: Members
  /** JSON Pointer of the response object, as a URL fragment. */
  readonly pointer: string
}

/** Checks responses against an OpenAPI 3 document. */
export class OpenApiValidator {
  readonly #document: Members
  readonly #paths: Members
  #ajv: Ajv
  /** Number of responses whose check reached the time limit. */
  #timeouts = 0
  readonly #templates: readonly (readonly [template: string, pattern: RegExp])[]
  readonly #root: string

  /**
   * @param root Prefix of paths on the server that paths of the document do not have.
   * @throws TypeError if the value is not an OpenAPI 3 document.
   */
  constructor(document: unknown, root: string) {
    if (!isMembers(document) || !/^3\.\d/.test(String(document['openapi'])) || !isMembers(document['paths']))
      throw new TypeError('Not an OpenAPI 3 document: `openapi` (3.x) or `paths` is missing')
    this.#document = document
    this.#paths = document['paths']
    this.#root = root
    const loaded = limitTime(() => createAjv(document), MAX_CHECK_MS)
    if (loaded === undefined)
      throw new TypeError(`The OpenAPI document takes more than ${MAX_CHECK_MS} ms to process`)
    this.#ajv = loaded.result
    // Paths without parameters are matched first (OpenAPI 3.1, section 4.8.8).
    this.#templates = Object.keys(this.#paths)
      .filter((template) => template.length <= MAX_TEMPLATE_LENGTH)
      .toSorted((a, b) => a.split('{').length - b.split('{').length)
      .map((template) => [template, createPattern(template)])
  }

  /** Paths without parameters that have GET. Those with more security requirements come first. */
  get getPaths(): string[] {
    const { security: defaultSecurity } = this.#document
    return Object.keys(this.#paths)
      .filter((path) => !path.includes('{'))
      .flatMap((path) => {
        const get = this.#resolve(['paths', path, 'get'])?.node
        return get === undefined ? [] : [{ path, security: get['security'] ?? defaultSecurity }]
      })
      .toSorted((a, b) => countRequirements(b.security) - countRequirements(a.security))
      .map(({ path }) => path)
  }

  /**
   * Checks a response.
   *
   * @returns The operation and status as a name, and the findings; undefined if the document does not have the operation.
   */
  check(exchange: Exchange): { name: string; findings: Finding[] } | undefined {
    if (this.#timeouts >= MAX_TIMEOUTS) return undefined
    const checked = limitTime(() => this.#check(exchange), MAX_CHECK_MS)
    if (checked !== undefined) return checked.result
    this.#timeouts += 1
    // The old one may have been stopped while it compiled a schema.
    this.#ajv = createAjv(this.#document)
    const name = `${exchange.method} ${exchange.path} ${exchange.response.status}`
    const reason = 'a pattern of the document may take exponential time'
    const findings = fail(`The check of ${name} was stopped after ${MAX_CHECK_MS} ms: ${reason}`)
    return { name, findings }
  }

  #check({ method, path, response }: Exchange): { name: string; findings: Finding[] } | undefined {
    const found = this.#find(method, path, response.status)
    if (found === undefined) return undefined
    const name = `${found.operation} ${response.status}`
    const findings =
      found.documented === undefined
        ? fail(`The OpenAPI document does not describe status ${response.status} of ${found.operation}`)
        : checkMedia(found.documented, response, this.#ajv)
    return { name, findings }
  }

  #find(
    method: string,
    path: string,
    status: number,
  ): { operation: string; documented: DocumentedResponse | undefined } | undefined {
    const documentPath = path.startsWith(this.#root) ? path.slice(this.#root.length) : path
    const template = this.#templates.find(([, pattern]) => pattern.test(documentPath))?.[0]
    if (template === undefined) return undefined
    const operation = this.#resolve(['paths', template, method.toLowerCase()])
    if (operation === undefined) return undefined
    const name = `${method} ${template}`
    for (const key of [String(status), `${Math.floor(status / 100)}XX`, 'default']) {
      const found = this.#resolve([...operation.tokens, 'responses', key])
      if (found !== undefined) {
        const documented = { operation: name, response: found.node, pointer: formatPointer(found.tokens) }
        return { operation: name, documented }
      }
    }
    return { operation: name, documented: undefined }
  }

  /** Returns the object at a path of the document, following references, and its own path. */
  #resolve(tokens: readonly string[]): { node: Members; tokens: readonly string[] } | undefined {
    let node: unknown = this.#document
    let place: string[] = []
    for (const token of tokens) {
      if (!isMembers(node) || !Object.hasOwn(node, token)) return undefined
      node = node[token]
      place.push(token)
      for (let count = 0; isMembers(node) && typeof node['$ref'] === 'string' && count < 10; count++) {
        if (!node['$ref'].startsWith('#/')) return undefined
        place = node['$ref'].slice(2).split('/').map(unescapeToken)
        node = place.reduce<unknown>((each, key) => (isMembers(each) ? each[key] : undefined), this.#document)
      }
    }
    return isMembers(node) ? { node, tokens: place } : undefined
  }
}

function createAjv(document: Members): Ajv {
  // OpenAPI 3.1 uses JSON Schema 2020-12, 3.0 an older dialect with `nullable`.
  const options = { strict: false, validateFormats: false }
  const ajv = String(document['openapi']).startsWith('3.0') ? new Ajv(options) : new Ajv2020(options)
  return ajv.addSchema(document, 'document')
}

/** Checks the media type and the body of a response against its response object. */
function checkMedia(
  { operation, response: documented, pointer }: DocumentedResponse,
  { status, headers, body, complete }: Exchange['response'],
  ajv: Ajv,
): Finding[] {
  const mediaType = getMediaType(headers['content-type'] ?? '')
  const { content } = documented
  if (!isMembers(content) || !complete || mediaType === 'text/event-stream') return []
  // The most specific range applies (OpenAPI 3.1, section 4.8.17).
  const key = [mediaType, mediaType.replace(/\/.*$/, '/*'), '*/*']
    .map((range) => Object.keys(content).find((each) => getMediaType(each) === range))
    .find((each) => each !== undefined)
  if (key === undefined) {
    const described = mediaType === '' ? 'a body without Content-Type' : `the media type ${mediaType}`
    return fail(`The OpenAPI document does not describe ${described} of ${operation} ${status}`)
  }
  const media = content[key]
  if (!isMembers(media) || !isMembers(media['schema']) || !/\bjson$/.test(mediaType)) return []
  try {
    const $ref = `document#${pointer}/content/${escapeToken(key)}/schema`
    if (ajv.validate({ $ref }, JSON.parse(body))) return []
  } catch (error) {
    return fail(
      `Cannot check ${operation} ${status} against the OpenAPI document: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
  return fail(
    `The body does not match the OpenAPI document: ${ajv.errorsText(undefined, { dataVar: 'body' })}`,
  )
}

const fail = (message: string): Finding[] => [{ rule: 'openapi', message }]

function getMediaType(contentType: string): string {
  return contentType.replace(/;.*$/s, '').trim().toLowerCase()
}

/** Arrays are included: a path of the document can pass through them. */
function isMembers(value: unknown): value is Members {
  return isObject(value)
}

function countRequirements(security: unknown): number {
  return Array.isArray(security) ? security.length : 0
}

function createPattern(template: string): RegExp {
  const parts = template
    .split(/\{[^{}]*\}/)
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
  return new RegExp(`^${parts.join('[^/]+')}$`)
}

function formatPointer(tokens: readonly string[]): string {
  return tokens.map((token) => `/${escapeToken(token)}`).join('')
}

/** Escapes a token of a JSON Pointer in a fragment (RFC 6901, sections 3 and 6). */
function escapeToken(token: string): string {
  return encodeURIComponent(token.replaceAll('~', '~0').replaceAll('/', '~1'))
}

function unescapeToken(token: string): string {
  let text = token
  try {
    text = decodeURIComponent(token)
  } catch {
    // Not a percent-encoding: the token is used as it is.
  }
  return text.replaceAll('~1', '/').replaceAll('~0', '~')
}
