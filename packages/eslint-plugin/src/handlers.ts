import type { Rule } from 'eslint'
import type { Node } from 'estree'
import {
  getCalledMethod,
  getDecoratorNames,
  getParent,
  getPropertyName,
  isFunction,
  type FunctionNode,
} from './nodes.ts'

/** Methods of routers and apps whose arguments are handlers, after a path. */
const ROUTE_METHODS = new Set([
  'get',
  'post',
  'put',
  'patch',
  'delete',
  'options',
  'head',
  'all',
  'query',
  'use',
])

/** Members of the route options of Fastify that are handlers. */
const ROUTE_MEMBERS = new Set([
  'handler',
  'onRequest',
  'preParsing',
  'preValidation',
  'preHandler',
  'preSerialization',
])

/** Decorators of the handlers of NestJS controllers. */
const ROUTE_DECORATORS = new Set([
  'Get',
  'Post',
  'Put',
  'Patch',
  'Delete',
  'Options',
  'Head',
  'All',
  'Search',
  'Sse',
])

/** Methods of the guards, interceptors, pipes and middleware of NestJS. */
const INJECTABLE_METHODS = new Set(['canActivate', 'intercept', 'transform', 'use'])

/** Types of handlers and middleware. */
const HANDLER_TYPES = new Set([
  'RequestHandler',
  'ErrorRequestHandler',
  'Middleware',
  'Handler',
  'MiddlewareHandler',
  'RouteHandler',
  'RouteHandlerMethod',
])

/**
 * Returns whether a node is in a handler: a function that a framework calls with a request. That is a function that is
 * passed to a route method of Express, Koa, Fastify or Hono, a method of a NestJS controller, guard, interceptor or pipe,
 * and a function whose variable has the type of a handler.
 */
export function isInHandler(node: Rule.Node): boolean {
  for (let current = getParent(node); current !== undefined; current = getParent(current))
    if (isFunction(current) && isHandler(current)) return true
  return false
}

function isHandler(node: FunctionNode & Rule.Node): boolean {
  // Handlers may be in an array: `app.get('/x', [authenticate, handle])`.
  const value = getParent(node)?.type === 'ArrayExpression' ? getParent(node)! : node
  const parent = getParent(value)
  if (parent === undefined) return false
  switch (parent.type) {
    case 'CallExpression':
      return isRouteCall(parent, value)
    case 'Property':
      return isRouteMember(parent)
    case 'MethodDefinition':
      return isRouteMethod(parent)
    case 'VariableDeclarator':
      return HANDLER_TYPES.has(getTypeName(parent.id) ?? '')
    default:
      return false
  }
}

function isRouteCall(call: Rule.Node & { type: 'CallExpression' }, argument: Node): boolean {
  const method = getCalledMethod(call)
  const index = call.arguments.findIndex((item) => item === argument)
  if (method === undefined || index === -1) return false
  // Hono: `on(method, path, handler)`. An event emitter has the listener in the second place.
  if (method === 'on') return index >= 2
  if (method === 'addHook') return index === 1
  if (!ROUTE_METHODS.has(method)) return false
  // `map.get(key, callback)` is not a route.
  return method === 'use' || isChainedRoute(call) || (index > 0 && isPath(call.arguments[0]))
}

/** Returns whether a call is a part of a chain such as `router.route('/x').get(handler)`. */
function isChainedRoute({ callee }: Rule.Node & { type: 'CallExpression' }): boolean {
  for (let node: Node = callee; node.type === 'MemberExpression';) {
    if (node.object.type !== 'CallExpression') return false
    if (getCalledMethod(node.object) === 'route') return true
    node = node.object.callee
  }
  return false
}

/** Returns whether an argument can be the path of a route. A name may be a constant with the path. */
function isPath(node: Node | undefined): boolean {
  if (node?.type === 'Literal')
    return typeof node.value === 'string' ? /^[/*]/.test(node.value) : 'regex' in node
  return node?.type === 'TemplateLiteral' || node?.type === 'ArrayExpression' || node?.type === 'Identifier'
}

/** Returns whether a property is a handler in the options of a Fastify route. */
function isRouteMember(property: Rule.Node & { type: 'Property' }): boolean {
  if (!ROUTE_MEMBERS.has(getPropertyName(property) ?? '')) return false
  const call = getParent(getParent(property)!)
  if (call?.type !== 'CallExpression') return false
  const method = getCalledMethod(call)
  return method === 'route' || (method !== undefined && ROUTE_METHODS.has(method))
}

function isRouteMethod(method: Rule.Node & { type: 'MethodDefinition' }): boolean {
  if (getDecoratorNames(method).some((name) => ROUTE_DECORATORS.has(name))) return true
  const declaration = getParent(getParent(method)!)
  return (
    declaration !== undefined &&
    INJECTABLE_METHODS.has(getPropertyName(method) ?? '') &&
    getDecoratorNames(declaration).includes('Injectable')
  )
}

/** Returns the name of the type of a variable: `RequestHandler` of `const handle: RequestHandler<Params>`. */
function getTypeName(pattern: Node): string | undefined {
  const { typeAnnotation } = pattern as {
    typeAnnotation?: { typeAnnotation?: { typeName?: { name?: unknown } } }
  }
  const name = typeAnnotation?.typeAnnotation?.typeName?.name
  return typeof name === 'string' ? name : undefined
}
