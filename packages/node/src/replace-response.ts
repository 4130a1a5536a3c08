import type { IncomingMessage, OutgoingHttpHeader, ServerResponse } from 'node:http'
import { getHeader, type ForeignHead, type Responder, type SerializedResponse } from '@faultline/core'
import {
  callBack,
  getByteLength,
  joinWrites,
  readHeadHeaders,
  toHeldWrite,
  type HeldWrite,
  type WriteHeadRest,
} from './held-writes.ts'
import { NodeRequest } from './node-request.ts'

// A response of other code is held until its end, at most `responder.getMaxHeldBytes`, and then replaced or sent unchanged.
// The functions below are shared by all responses. They are properties of the prototype that Express gives to the responses
// of one app, or, if outer middleware has put its own functions on a response, of that response. They call what was there
// before: functions of outer middleware, or the methods of the next prototype.

const STATE = Symbol.for('faultline.heldResponse')
const RESPONDER = Symbol.for('faultline.replacingResponder')

type MethodName = 'end' | 'flushHeaders' | 'write' | 'writeHead'

interface State {
  /** Whether the functions are properties of the response. */
  readonly isInstalled: boolean
  responder: Responder | undefined
  readonly message: IncomingMessage
  readonly raw: unknown
  /** Functions that outer middleware had put on the response. */
  readonly previous: Partial<Record<MethodName, Method>> | undefined
  /** `passed`: everything is sent as it comes. `replaced`: the rest of the foreign body is dropped. */
  phase: 'open' | 'held' | 'passed' | 'replaced'
  writes: HeldWrite[]
  heldBytes: number
  /** Arguments of a `writeHead` that is held. */
  head: { readonly status: number; readonly rest: WriteHeadRest } | undefined
  /** Called before an error page of Express's final handler is sent. Returns whether it has sent a response instead. */
  replaceDefaultPage: ((response: ServerResponse) => boolean) | undefined
}

type HeldResponse = ServerResponse & {
  [STATE]?: State
  /** The responder of a response whose prototype has the functions. Its state is created for an error status. */
  [RESPONDER]?: Responder | undefined
}

/**
 * Replaces the bodies of error responses that other code writes on a response from now on, as the option `replaceBodies`
 * specifies. Responses of the responder itself are not changed. Call it before the request is handled.
 *
 * @param raw The framework's request, which hooks receive. @default message
 * @param prototype A prototype that `installOnPrototype` has changed, and that the response will have.
 * @returns The responder that replaced bodies of this response before, for `setReplacingResponder`.
 */
export function replaceForeignBodies<Raw = IncomingMessage>(
  responder: Responder<Raw>,
  message: IncomingMessage,
  response: ServerResponse,
  raw?: Raw,
  prototype?: object,
): Responder | undefined {
  const held: HeldResponse = response
  const state = held[STATE]
  if (state !== undefined) {
    const previous = state.responder
    state.responder = responder
    return previous
  }
  const outer = held[RESPONDER]
  if (outer !== undefined || (hasMethods(prototype) && keepOwnMethods(held) === undefined))
    held[RESPONDER] = responder
  else install(held, message, raw ?? message, responder)
  return outer
}

/** Sets the responder that replaces bodies of a response. Without one, they are sent unchanged. */
export function setReplacingResponder(response: ServerResponse, responder: Responder | undefined): void {
  const held: HeldResponse = response
  const state = held[STATE]
  if (state !== undefined) state.responder = responder
  else if (held[RESPONDER] !== undefined) held[RESPONDER] = responder
}

/** Sets the function that replaces the page that Express sends if no handler and no outer app has answered. */
export function setDefaultPageReplacement(
  message: IncomingMessage,
  response: ServerResponse,
  replace: (response: ServerResponse) => boolean,
): void {
  const held: HeldResponse = response
  const state = held[STATE] ?? install(held, message, message, undefined)
  state.replaceDefaultPage = replace
}

/** Lets everything that is written from now on pass, and drops what is held. The responder's own response comes. */
export function releaseResponse(response: ServerResponse): void {
  const held: HeldResponse = response
  const state = held[STATE]
  if (state === undefined) {
    if (held[RESPONDER] !== undefined) held[RESPONDER] = undefined
    return
  }
  state.phase = 'passed'
  applyHead(response, state)
  state.writes = []
}

function install(
  response: HeldResponse,
  message: IncomingMessage,
  raw: unknown,
  responder: Responder | undefined,
): State {
  const state = createState(response, message, raw, responder, true, keepOwnMethods(response))
  response.end = end
  response.write = write
  response.writeHead = writeHead
  response.flushHeaders = flushHeaders
  return state
}

function createState(
  response: HeldResponse,
  message: IncomingMessage,
  raw: unknown,
  responder: Responder | undefined,
  isInstalled: boolean,
  previous: State['previous'],
): State {
  const state: State = {
    isInstalled,
    responder,
    message,
    raw,
    previous,
    phase: response.headersSent ? 'passed' : 'open',
    writes: [],
    heldBytes: 0,
    head: undefined,
    replaceDefaultPage: undefined,
  }
  response[STATE] = state
  return state
}

const METHOD_NAMES: readonly MethodName[] = ['end', 'write', 'writeHead', 'flushHeaders']

function keepOwnMethods(response: ServerResponse): State['previous'] {
  let previous: State['previous']
  for (const name of METHOD_NAMES) {
    const own: unknown = Object.hasOwn(response, name) ? Reflect.get(response, name) : undefined
    if (isMethod(own)) (previous ??= {})[name] = own
  }
  return previous
}

type Method = (...values: unknown[]) => unknown

function isMethod(value: unknown): value is Method {
  return typeof value === 'function'
}

/** Calls the function that the response had before. */
function callPrevious(
  response: HeldResponse,
  name: MethodName,
  first?: unknown,
  second?: unknown,
  third?: unknown,
): unknown {
  const method = response[STATE]?.previous?.[name] ?? findPrototypeMethod(response, name)
  return method.call(response, first, second, third)
}

/** Returns the first method of the response's prototypes that is not one of this module. */
function findPrototypeMethod(response: HeldResponse, name: MethodName): Method {
  const own: unknown = prototypeMethods[name]
  let prototype = Object.getPrototypeOf(response) as object
  let method: unknown = Reflect.get(prototype, name)
  while (method === own) {
    prototype = Object.getPrototypeOf(prototype) as object
    method = Reflect.get(prototype, name)
  }
  return method as Method
}

function end(this: HeldResponse, chunk?: unknown, encoding?: unknown, callback?: unknown): HeldResponse {
  return endWith(this, this[STATE], chunk, encoding, callback)
}

function endWith(
  response: HeldResponse,
  state: State | undefined,
  chunk: unknown,
  encoding: unknown,
  callback: unknown,
): HeldResponse {
  if (state !== undefined && mayHold(response, state)) {
    if (state.replaceDefaultPage !== undefined && isDefaultPage(response)) {
      const replace = state.replaceDefaultPage
      state.replaceDefaultPage = undefined
      if (replace(response)) return response
    }
    if (hold(response, state, chunk, encoding, callback, true)) return response
  } else if (state?.phase === 'replaced') {
    // The end of a body that was replaced before it had ended.
    state.phase = 'passed'
    return response
  }
  return callPrevious(response, 'end', chunk, encoding, callback) as HeldResponse
}

function write(this: HeldResponse, chunk?: unknown, encoding?: unknown, callback?: unknown): boolean {
  return writeWith(this, this[STATE], chunk, encoding, callback)
}

function writeWith(
  response: HeldResponse,
  state: State | undefined,
  chunk: unknown,
  encoding: unknown,
  callback: unknown,
): boolean {
  if (
    state !== undefined &&
    mayHold(response, state) &&
    hold(response, state, chunk, encoding, callback, false)
  )
    return true
  if (state?.phase === 'replaced') {
    callBack(typeof encoding === 'function' ? encoding : callback)
    return true
  }
  return callPrevious(response, 'write', chunk, encoding, callback) as boolean
}

function writeHead(this: HeldResponse, status: number, ...rest: WriteHeadRest): HeldResponse {
  return writeHeadWith(this, this[STATE], status, rest)
}

function writeHeadWith(
  response: HeldResponse,
  state: State | undefined,
  status: number,
  rest: WriteHeadRest,
): HeldResponse {
  if (state !== undefined && state.phase === 'open' && status >= 400 && state.responder !== undefined) {
    state.head = { status, rest }
    if (state.responder.mayReplace(readHead(response, state), createRequest(response, state))) {
      state.phase = 'held'
      return response
    }
    state.head = undefined
    state.phase = 'passed'
  }
  return callPrevious(response, 'writeHead', status, rest[0], rest[1]) as HeldResponse
}

function flushHeaders(this: HeldResponse): void {
  flushHeadersWith(this, this[STATE])
}

function flushHeadersWith(response: HeldResponse, state: State | undefined): void {
  if (state !== undefined && response.statusCode >= 400 && state.phase !== 'replaced') pass(response, state)
  callPrevious(response, 'flushHeaders')
}

/** The methods of a prototype. A successful response only reaches the first comparisons. */
const prototypeMethods: Readonly<Record<MethodName, unknown>> = {
  end(this: HeldResponse, chunk?: unknown, encoding?: unknown, callback?: unknown): unknown {
    const state = readState(this, this.statusCode)
    return state === undefined
      ? findPrototypeMethod(this, 'end').call(this, chunk, encoding, callback)
      : endWith(this, state, chunk, encoding, callback)
  },
  write(this: HeldResponse, chunk?: unknown, encoding?: unknown, callback?: unknown): unknown {
    const state = readState(this, this.statusCode)
    return state === undefined
      ? findPrototypeMethod(this, 'write').call(this, chunk, encoding, callback)
      : writeWith(this, state, chunk, encoding, callback)
  },
  writeHead(
    this: HeldResponse,
    status: number,
    reason?: WriteHeadRest[0],
    headers?: WriteHeadRest[1],
  ): unknown {
    const state = readState(this, status)
    return state === undefined
      ? findPrototypeMethod(this, 'writeHead').call(this, status, reason, headers)
      : writeHeadWith(this, state, status, [reason, headers])
  },
  flushHeaders(this: HeldResponse): void {
    const state = readState(this, this.statusCode)
    if (state === undefined) findPrototypeMethod(this, 'flushHeaders').call(this)
    else flushHeadersWith(this, state)
  },
}

/**
 * Returns the state that a method of the prototype uses; undefined if it only calls the next method: for a successful
 * response, without a responder, and if the response has its own functions.
 */
function readState(response: HeldResponse, status: number): State | undefined {
  const state = response[STATE]
  if (state !== undefined) return state.isInstalled ? undefined : state
  const responder = response[RESPONDER]
  if (responder === undefined || status < 400) return undefined
  return createState(response, response.req, response.req, responder, false, undefined)
}

/**
 * Gives a prototype of responses the methods that `replaceForeignBodies` needs. Responses then do not need their own. A
 * prototype on which other code has replaced a method is left unchanged.
 */
export function installOnPrototype(prototype: object): void {
  if (METHOD_NAMES.some((name) => Object.hasOwn(prototype, name))) return
  for (const name of METHOD_NAMES)
    Object.defineProperty(prototype, name, {
      value: prototypeMethods[name],
      writable: true,
      configurable: true,
    })
}

function hasMethods(prototype: object | undefined): boolean {
  return prototype !== undefined && 'end' in prototype && prototype.end === prototypeMethods.end
}

/** Returns whether what is written now may have to be held. A success only reaches the first comparison. */
function mayHold(response: HeldResponse, state: State): boolean {
  if (response.statusCode < 400 && state.head === undefined) return false
  return (
    (state.phase === 'open' || state.phase === 'held') &&
    (state.responder !== undefined || state.replaceDefaultPage !== undefined) &&
    !response.headersSent
  )
}

/** Holds a chunk, or decides at the end and at the maximum length. Returns false if the chunk must be sent now. */
function hold(
  response: HeldResponse,
  state: State,
  first: unknown,
  second: unknown,
  third: unknown,
  isEnd: boolean,
): boolean {
  const { responder } = state
  if (responder === undefined) return false
  const request = createRequest(response, state)
  if (state.phase === 'open' && !responder.mayReplace(readHead(response, state), request)) {
    state.phase = 'passed'
    return false
  }
  state.phase = 'held'
  const held = toHeldWrite(first, second, third, isEnd)
  state.writes.push(held)
  state.heldBytes += getByteLength(held.chunk)
  const isTooLong = state.heldBytes > responder.getMaxHeldBytes(request)
  if (!isEnd && !isTooLong) return true
  const body = isTooLong ? undefined : joinWrites(state.writes)
  const replacement = responder.replaceResponse({ ...readHead(response, state), body }, request)
  if (replacement === undefined) pass(response, state)
  else sendReplacement(response, state, replacement, isEnd)
  return true
}

/** Sends what is held, unchanged and in the same calls. */
function pass(response: HeldResponse, state: State): void {
  const { writes, head } = state
  state.phase = 'passed'
  state.writes = []
  state.head = undefined
  if (head !== undefined) callPrevious(response, 'writeHead', head.status, head.rest[0], head.rest[1])
  for (const { chunk, encoding, callback, isEnd } of writes)
    callPrevious(response, isEnd ? 'end' : 'write', chunk, encoding, callback)
}

function sendReplacement(
  response: HeldResponse,
  state: State,
  { status, headers, body }: SerializedResponse,
  isEnd: boolean,
): void {
  const { message, responder, writes } = state
  applyHead(response, state)
  state.phase = 'passed'
  state.writes = []
  for (const name of response.getHeaderNames())
    if (responder?.shouldDropHeader(name) === true) response.removeHeader(name)
  if (message.httpVersionMajor < 2) response.statusMessage = ''
  response.statusCode = status
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  callPrevious(response, 'end', message.method === 'HEAD' ? undefined : body)
  if (!isEnd) state.phase = 'replaced'
  for (const { callback } of writes) callBack(callback)
}

/** Sets the headers of a held `writeHead` on the response. */
function applyHead(response: HeldResponse, state: State): void {
  const { head } = state
  if (head === undefined) return
  state.head = undefined
  response.statusCode = head.status
  for (const [name, value] of readHeadHeaders(head.rest)) response.setHeader(name, value)
}

function readHead(response: HeldResponse, { head }: State): ForeignHead {
  const headers = head === undefined ? undefined : Object.fromEntries(readHeadHeaders(head.rest))
  const read = (name: string): string | undefined =>
    getHeader(headers, name) ?? toText(response.getHeader(name))
  return {
    status: head?.status ?? response.statusCode,
    contentType: read('content-type'),
    contentEncoding: read('content-encoding'),
  }
}

function toText(value: OutgoingHttpHeader | undefined): string | undefined {
  return value === undefined ? undefined : String(value)
}

function createRequest(response: HeldResponse, { message, raw }: State): NodeRequest<unknown> {
  return new NodeRequest<unknown>(message, response, raw)
}

/** The policy of finalhandler's page; `'self'` before its version 1.2. */
const DEFAULT_POLICY = /^default-src '(?:none|self)'$/

/** Returns whether the response is the 404 page of finalhandler, the last handler of Express. */
function isDefaultPage(response: ServerResponse): boolean {
  return (
    response.statusCode === 404 &&
    DEFAULT_POLICY.test(String(response.getHeader('content-security-policy'))) &&
    String(response.getHeader('content-type')).startsWith('text/html')
  )
}
