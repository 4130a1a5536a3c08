import type { Rule } from 'eslint'
import type { Class, ClassBody, Node, ObjectExpression } from 'estree'
import { getErrorClass } from '../error-classes.ts'
import { findProperty, getPropertyName } from '../nodes.ts'

/** Members that OpenAPI documents and error references print. */
const DOCUMENTED = ['description', 'remedy'] as const

/** Reports own errors without the descriptions that OpenAPI documents and error references print. */
export const requireErrorDescription: Rule.RuleModule = {
  meta: {
    type: 'suggestion',
    docs: {
      description: 'Require a description and a remedy for the errors of the application',
      recommended: true,
      url: 'https://github.com/faultline-dev/faultline/tree/main/packages/eslint-plugin#require-error-description',
    },
    schema: [],
    messages: {
      missing:
        'The error `{{code}}` has no `{{member}}`, which OpenAPI documents and error references print. Add it.',
    },
  },
  create(context) {
    const { sourceCode } = context
    function checkClass(node: Class): void {
      const { superClass, body } = node
      if (superClass?.type !== 'Identifier' || getErrorClass(sourceCode, superClass.name) === undefined)
        return
      const code = findStatic(body, 'code')
      // Without a code, the class is documented by the code of its parent.
      if (code?.type !== 'Literal') return
      for (const member of DOCUMENTED)
        if (findStatic(body, member) === undefined)
          context.report({
            node: node.id ?? node,
            messageId: 'missing',
            data: { code: String(code.value), member },
          })
    }

    function checkTable(table: ObjectExpression): void {
      for (const entry of table.properties) {
        if (entry.type !== 'Property' || entry.value.type !== 'ObjectExpression') continue
        for (const member of DOCUMENTED)
          if (findProperty(entry.value, member) === undefined)
            context.report({
              node: entry.key,
              messageId: 'missing',
              data: { code: getPropertyName(entry) ?? '', member },
            })
      }
    }

    return {
      ClassDeclaration: checkClass,
      ClassExpression: checkClass,
      CallExpression({ callee, arguments: [table] }) {
        if (callee.type !== 'Identifier' || table?.type !== 'ObjectExpression') return
        if (getErrorClass(sourceCode, callee.name) === 'defineErrors') checkTable(table)
      },
    }
  },
}

/** Returns the value of a static member of a class. */
function findStatic({ body }: ClassBody, name: string): Node | undefined {
  for (const member of body)
    if (member.type === 'PropertyDefinition' && member.static && getPropertyName(member) === name)
      return member.value ?? undefined
  return undefined
}
