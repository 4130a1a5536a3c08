import type { Rule } from 'eslint'
import type { CallExpression, NewExpression, Node } from 'estree'
import { getClassName } from '../error-classes.ts'
import { isInHandler } from '../handlers.ts'
import { findProperty, getCalledMethod, getInteger, getPropertyName } from '../nodes.ts'

/** Methods whose first argument is the status: of Express, Fastify, Hono and Node.js. */
const STATUS_FIRST = new Set(['status', 'sendStatus', 'code', 'writeHead'])

/** Methods of Hono's context whose second argument is the status. */
const STATUS_SECOND = new Set(['json', 'text', 'html', 'body', 'newResponse'])

/** Properties of responses and of Koa's context. */
const STATUS_PROPERTIES = new Set(['status', 'statusCode'])

/** Reports handlers that write the status of an error. */
export const noErrorStatus: Rule.RuleModule = {
  meta: {
    type: 'problem',
    docs: {
      description: 'Disallow handlers that write the status of an error',
      recommended: true,
      url: 'https://github.com/faultline-dev/faultline/tree/main/packages/eslint-plugin#no-error-status',
    },
    schema: [],
    messages: {
      write:
        'Throw a typed error, such as `{{className}}`, instead of writing the status {{status}}. Then the response has the envelope, and `onError` is called.',
    },
  },
  create(context) {
    function check(value: Node | null | undefined, place: Rule.Node): void {
      const status = getInteger(value)
      if (status === undefined || status < 400 || status > 599 || !isInHandler(place)) return
      context.report({
        node: value!,
        messageId: 'write',
        data: { status: String(status), className: getClassName(status) },
      })
    }

    return {
      CallExpression(node) {
        check(getStatusArgument(node), node)
      },
      NewExpression(node) {
        if (node.callee.type === 'Identifier' && node.callee.name === 'Response')
          check(getStatusOption(node), node)
      },
      AssignmentExpression(node) {
        if (node.left.type === 'MemberExpression' && STATUS_PROPERTIES.has(getPropertyName(node.left) ?? ''))
          check(node.right, node)
      },
    }
  },
}

/** Returns the argument of a call that is a status. */
function getStatusArgument(call: CallExpression): Node | undefined {
  const method = getCalledMethod(call) ?? ''
  const [first, second] = call.arguments
  if (STATUS_FIRST.has(method)) return first
  if (!STATUS_SECOND.has(method)) return undefined
  return second?.type === 'ObjectExpression' ? getStatusOption(call) : second
}

/** Returns the status in the options of a response: `new Response(body, { status })`. */
function getStatusOption({ arguments: [, options] }: CallExpression | NewExpression): Node | undefined {
  return options?.type === 'ObjectExpression' ? findProperty(options, 'status')?.value : undefined
}
