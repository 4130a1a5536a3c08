import type { Rule } from 'eslint'
import type {
  ArrowFunctionExpression,
  CallExpression,
  FunctionDeclaration,
  FunctionExpression,
  MemberExpression,
  MethodDefinition,
  Node,
  ObjectExpression,
  Property,
  PropertyDefinition,
} from 'estree'

export type FunctionNode = ArrowFunctionExpression | FunctionDeclaration | FunctionExpression

/** Returns the parent of a node; undefined for the program. */
export function getParent(node: Node): Rule.Node | undefined {
  return (node as Partial<Rule.NodeParentExtension>).parent ?? undefined
}

export function isFunction(node: Node): node is FunctionNode {
  return (
    node.type === 'ArrowFunctionExpression' ||
    node.type === 'FunctionExpression' ||
    node.type === 'FunctionDeclaration'
  )
}

/** Returns the name of a member or property that is known without running the code: `a.b`, `a['b']`, `{ b: 1 }`. */
export function getPropertyName(
  node: MemberExpression | MethodDefinition | Property | PropertyDefinition,
): string | undefined {
  const key = node.type === 'MemberExpression' ? node.property : node.key
  if (key.type === 'Literal') return String(key.value)
  return key.type === 'Identifier' && !node.computed ? key.name : undefined
}

/** Returns the name of the method that a call calls: `get` of `app.get(...)`. */
export function getCalledMethod({ callee }: CallExpression): string | undefined {
  return callee.type === 'MemberExpression' ? getPropertyName(callee) : undefined
}

/** Returns the property of an object literal with a name. */
export function findProperty(object: ObjectExpression, name: string): Property | undefined {
  return object.properties.find(
    (property): property is Property => property.type === 'Property' && getPropertyName(property) === name,
  )
}

/** Returns the names of the decorators of a class or a member: `Get` of `@Get('/x')`. */
export function getDecoratorNames(node: Node): string[] {
  const { decorators } = node as { decorators?: readonly { expression: Node }[] }
  return (decorators ?? []).flatMap(({ expression }) => {
    const name = expression.type === 'CallExpression' ? expression.callee : expression
    return name.type === 'Identifier' ? [name.name] : []
  })
}

/** Returns the number of an integer literal. */
export function getInteger(node: Node | null | undefined): number | undefined {
  return node?.type === 'Literal' && Number.isInteger(node.value) ? (node.value as number) : undefined
}
