import { Ajv } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { Exchange } from './probe-session.ts'
import type { Finding } from './finding.ts'

type Node = { readonly [member: string]: unknown }

/** A response as a document tells of it. */
interface Told {
  readonly operation: string
  readonly response: Node
  /** JSON Pointer of the response, as a fragment. */
  readonly pointer: string
}

/** Holds answers to an OpenAPI 3 document. */
export class OpenApiHolder {
  readonly #document: Node
  readonly #ajv: Ajv
  readonly #templates: readonly (readonly [template: string, pattern: RegExp])[]
  readonly #root: string

  /**
   * @param root What paths on the server begin with, and paths in the document do not.
   * @throws TypeError for what is no OpenAPI 3 document
   */
  constructor(document: unknown, root: string) {
    const { openapi, paths } = Object(document) as Node
    if (typeof openapi !== 'string' || !/^3\.\d/.test(openapi) || typeof paths !== 'object' || paths === null)
      throw new TypeError('This is no OpenAPI 3 document: it has no `openapi` of 3.x, or no `paths`')
    this.#document = document as Node
    this.#root = root
    // 3.1 has the JSON Schema of its time, 3.0 an older one, with `nullable`.
    const options = { strict: false, validateFormats: false }
    this.#ajv = openapi.startsWith('3.0') ? new Ajv(options) : new Ajv2020(options)
    this.#ajv.addSchema(document as object, 'document')
    // What has no parameter is more of a match (OpenAPI 3.1, 4.8.8).
    this.#templates = Object.keys(paths)
      .toSorted((a, b) => a.split('{').length - b.split('{').length)
      .map((template) => [template, patternOf(template)])
  }

  /** Paths without parameters that answer GET; those first that need a key. */
  get getPaths(): string[] {
    const all = this.#document['security']
    return Object.keys(this.#document['paths'] as Node)
      .filter((path) => !path.includes('{'))
      .flatMap((path) => {
        const get = this.#at(['paths', path, 'get'])?.node
        return get === undefined ? [] : [{ path, security: get['security'] ?? all }]
      })
      .toSorted((a, b) => keysOf(b.security) - keysOf(a.security))
      .map(({ path }) => path)
  }

  /** What a document says of an answer's operation and status; undefined for an operation that it does not have. */
  tell({ method, path, response }: Exchange): { name: string; findings: Finding[] } | undefined {
    const found = this.#find(method, path, response.status)
    if (found === undefined) return undefined
    const name = `${found.operation} ${response.status}`
    const findings =
      found.told === undefined
        ? fail(`The document tells of no ${response.status} of ${found.operation}`)
        : this.#hold(found.told, response)
    return { name, findings }
  }

  #find(
    method: string,
    path: string,
    status: number,
  ): { operation: string; told: Told | undefined } | undefined {
    const below = path.startsWith(this.#root) ? path.slice(this.#root.length) : path
    const template = this.#templates.find(([, pattern]) => pattern.test(below))?.[0]
    if (template === undefined) return undefined
    const operation = this.#at(['paths', template, method.toLowerCase()])
    if (operation === undefined) return undefined
    for (const key of [String(status), `${Math.floor(status / 100)}XX`, 'default']) {
      const found = this.#at([...operation.tokens, 'responses', key])
      if (found !== undefined) {
        const told = {
          operation: `${method} ${template}`,
          response: found.node,
          pointer: pointerOf(found.tokens),
        }
        return { operation: told.operation, told }
      }
    }
    return { operation: `${method} ${template}`, told: undefined }
  }

  #hold(
    { operation, response: told, pointer }: Told,
    { status, headers, body, complete }: Exchange['response'],
  ): Finding[] {
    const media = mediaOf(headers['content-type'] ?? '')
    const { content } = told
    if (!isNode(content) || !complete || media === 'text/event-stream') return []
    // The most specific counts (OpenAPI 3.1, 4.8.17).
    const key = [media, `${media.split('/', 1)[0]}/*`, '*/*']
      .map((range) => Object.keys(content).find((each) => mediaOf(each) === range))
      .find((each) => each !== undefined)
    if (key === undefined)
      return fail(`The document tells of no ${media || 'body without a type'} of ${operation} ${status}`)
    const kind = content[key]
    if (!isNode(kind) || !isNode(kind['schema']) || !/\bjson$/.test(media)) return []
    try {
      const schema = `document#${pointer}/content/${escaped(key)}/schema`
      if (this.#ajv.validate({ $ref: schema }, JSON.parse(body))) return []
    } catch (error) {
      return fail(`${operation} ${status} can’t be held to the document: ${(error as Error).message}`)
    }
    return fail(
      `The body is not what the document says: ${this.#ajv.errorsText(undefined, { dataVar: 'body' })}`,
    )
  }

  /** What is at a place of the document, wherever references lead. */
  #at(tokens: readonly string[]): { node: Node; tokens: readonly string[] } | undefined {
    let node: unknown = this.#document
    let place: string[] = []
    for (const token of tokens) {
      if (!isNode(node) || !Object.hasOwn(node, token)) return undefined
      node = node[token]
      place.push(token)
      for (let followed = 0; isNode(node) && typeof node['$ref'] === 'string' && followed < 10; followed++) {
        if (!node['$ref'].startsWith('#/')) return undefined
        place = node['$ref'].slice(2).split('/').map(unescaped)
        node = place.reduce<unknown>((each, key) => (isNode(each) ? each[key] : undefined), this.#document)
      }
    }
    return isNode(node) ? { node, tokens: place } : undefined
  }
}

const fail = (message: string): Finding[] => [{ rule: 'openapi', message }]

function mediaOf(contentType: string): string {
  return contentType.split(';', 1)[0]!.trim().toLowerCase()
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null
}

function keysOf(security: unknown): number {
  return Array.isArray(security) ? security.length : 0
}

function patternOf(template: string): RegExp {
  const parts = template
    .split(/\{[^}]*\}/)
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
  return new RegExp(`^${parts.join('[^/]+')}$`)
}

function pointerOf(tokens: readonly string[]): string {
  return tokens.map((token) => `/${escaped(token)}`).join('')
}

/** A token of a JSON Pointer (RFC 6901, 3 and 6). */
function escaped(token: string): string {
  return encodeURIComponent(token.replaceAll('~', '~0').replaceAll('/', '~1'))
}

function unescaped(token: string): string {
  let text = token
  try {
    text = decodeURIComponent(token)
  } catch {
    // It is no percent-encoding, then.
  }
  return text.replaceAll('~1', '/').replaceAll('~0', '~')
}
