import type { Rule } from 'eslint'
import type { Node } from 'estree'
import { getErrorClass, hasPrivateMessages } from '../error-classes.ts'
import { findProperty } from '../nodes.ts'

/** Reports public messages that are built from values. */
export const noTemplateInMessage: Rule.RuleModule = {
  meta: {
    type: 'suggestion',
    docs: {
      description: 'Disallow values in the public message of a typed error',
      recommended: true,
      url: 'https://github.com/faultline-dev/faultline/tree/main/packages/eslint-plugin#no-template-in-message',
    },
    schema: [],
    messages: {
      template:
        'The client receives this message. Declare it on a class, with names in braces for its values, so that a reviewer sees all values that are sent.',
    },
  },
  create(context) {
    const { sourceCode } = context
    return {
      NewExpression({ callee, arguments: [options] }) {
        if (callee.type !== 'Identifier' || options?.type !== 'ObjectExpression') return
        const message = findProperty(options, 'message')?.value
        if (message === undefined || !hasValues(message)) return
        const className = getErrorClass(sourceCode, callee.name)
        if (className === undefined || hasPrivateMessages(className) || isExplicitlyPrivate(options)) return
        context.report({ node: message, messageId: 'template' })
      },
    }
  },
}

/** Returns whether an expression builds a string from values. */
function hasValues(node: Node): boolean {
  if (node.type === 'TemplateLiteral') return node.expressions.length > 0
  if (node.type === 'BinaryExpression' && node.operator === '+')
    return !isText(node.left) || !isText(node.right)
  return false
}

/** Returns whether an expression is a string without values: a literal, or literals that are joined. */
function isText(node: Node): boolean {
  return node.type === 'Literal' || (node.type === 'BinaryExpression' && !hasValues(node))
}

/** Returns whether the options keep the message private: `expose: false`. */
function isExplicitlyPrivate(options: Parameters<typeof findProperty>[0]): boolean {
  const expose = findProperty(options, 'expose')?.value
  return expose?.type === 'Literal' && expose.value === false
}
