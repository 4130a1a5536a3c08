import type { Rule } from 'eslint'
import type { CallExpression, Expression, NewExpression, Node, Super } from 'estree'
import { importClass } from '../error-classes.ts'
import { isInHandler } from '../handlers.ts'
import { getCalledMethod } from '../nodes.ts'

/** Classes of the language. An error of one of them has no code and no status. */
const LANGUAGE_ERRORS = new Set([
  'Error',
  'TypeError',
  'RangeError',
  'SyntaxError',
  'ReferenceError',
  'EvalError',
])

/** Reports handlers that throw an error without a code and a status. */
export const noUntypedThrow: Rule.RuleModule = {
  meta: {
    type: 'problem',
    docs: {
      description: 'Require handlers to throw typed errors',
      recommended: true,
      url: 'https://github.com/faultline-dev/faultline/tree/main/packages/eslint-plugin#no-untyped-throw',
    },
    hasSuggestions: true,
    schema: [],
    messages: {
      language:
        'The client receives a generic 500 for `{{name}}`. Throw a typed error, such as `NotFound`, or `InternalError` for a bug.',
      value: 'The client receives a generic 500 for this value. Throw a typed error, such as `NotFound`.',
      replace: 'Throw `InternalError`, whose message is logged and not sent.',
    },
  },
  create(context) {
    const { sourceCode } = context

    function check(value: Node | null | undefined, place: Rule.Node): void {
      if (value === null || value === undefined || !isInHandler(place)) return
      const name = getLanguageError(value)
      if (name !== undefined)
        context.report({
          node: value,
          messageId: 'language',
          data: { name },
          suggest: createSuggestions(value as CallExpression | NewExpression),
        })
      else if (isUntyped(value)) context.report({ node: value, messageId: 'value' })
    }

    function createSuggestions(node: CallExpression | NewExpression): Rule.SuggestionReportDescriptor[] {
      const options = formatOptions(node)
      if (options === undefined) return []
      const fix = (fixer: Rule.RuleFixer): Rule.Fix[] => [
        ...importClass(fixer, sourceCode, 'InternalError'),
        fixer.replaceText(node, `new InternalError(${options})`),
      ]
      return [{ messageId: 'replace', fix }]
    }

    /** Formats the options of a Faultline error that has the arguments of an error of the language. */
    function formatOptions({ arguments: values }: CallExpression | NewExpression): string | undefined {
      const [message, options] = values
      if (message === undefined) return ''
      if (values.length > 2 || message.type === 'SpreadElement') return undefined
      const members = [`message: ${sourceCode.getText(message)}`]
      if (options?.type === 'ObjectExpression')
        members.push(...options.properties.map((property) => sourceCode.getText(property)))
      else if (options !== undefined) return undefined
      return `{ ${members.join(', ')} }`
    }

    return {
      ThrowStatement: (node) => check(node.argument, node),
      CallExpression(node) {
        const [value] = node.arguments
        if (isReject(node) || (isNext(node.callee) && !isSkip(value))) check(value, node)
      },
    }
  },
}

function getLanguageError(node: Node): string | undefined {
  if (node.type !== 'NewExpression' && node.type !== 'CallExpression') return undefined
  const { callee } = node
  return callee.type === 'Identifier' && LANGUAGE_ERRORS.has(callee.name) ? callee.name : undefined
}

/** Returns whether a value is not an error: a literal, a template, an object or an array. */
function isUntyped({ type }: Node): boolean {
  return (
    type === 'Literal' ||
    type === 'TemplateLiteral' ||
    type === 'ObjectExpression' ||
    type === 'ArrayExpression'
  )
}

/** Returns whether an argument of `next` skips handlers of Express instead of reporting an error. */
function isSkip(value: Node | undefined): boolean {
  return value?.type === 'Literal' && (value.value === 'route' || value.value === 'router')
}

/** Returns whether a function passes an error on, like `next(error)` of Express. */
function isNext(callee: Expression | Super): boolean {
  return callee.type === 'Identifier' && callee.name === 'next'
}

function isReject(node: CallExpression): boolean {
  const { callee } = node
  return (
    getCalledMethod(node) === 'reject' &&
    callee.type === 'MemberExpression' &&
    callee.object.type === 'Identifier' &&
    callee.object.name === 'Promise'
  )
}
