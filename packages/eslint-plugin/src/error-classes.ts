import { createErrorForStatus, errorClasses, type ApiError } from '@faultline/core'
import type { Rule, SourceCode } from 'eslint'
import type { Class, ImportDeclaration } from 'estree'

/** The packages that export the error classes. */
const FAULTLINE = /^@faultline\//

/** Returns the import declarations of Faultline's packages. */
function getImports({ ast }: SourceCode): ImportDeclaration[] {
  return ast.body.filter(
    (node): node is ImportDeclaration =>
      node.type === 'ImportDeclaration' && FAULTLINE.test(String(node.source.value)),
  )
}

/**
 * Returns the name that a local name has where it is declared: the imported name of a class that a Faultline package
 * exports, or the name of the nearest such ancestor of a class of the file. Undefined for any other name.
 */
export function getErrorClass(sourceCode: SourceCode, name: string): string | undefined {
  const imported = getImports(sourceCode)
    .flatMap(({ specifiers }) => specifiers)
    .find(({ local }) => local.name === name)
  if (imported?.type === 'ImportSpecifier')
    return imported.imported.type === 'Identifier' ? imported.imported.name : String(imported.imported.value)
  const parent = findClass(sourceCode, name)?.superClass
  return parent?.type === 'Identifier' && parent.name !== name
    ? getErrorClass(sourceCode, parent.name)
    : undefined
}

function findClass({ ast }: SourceCode, name: string): Class | undefined {
  for (const statement of ast.body) {
    const declaration = 'declaration' in statement ? statement.declaration : statement
    if (declaration?.type === 'ClassDeclaration' && declaration.id?.name === name) return declaration as Class
  }
  return undefined
}

const privateClasses: ReadonlySet<string> = new Set(
  Object.values<unknown>(errorClasses).flatMap((errorClass) => {
    const { name, expose } = new (errorClass as new (options: object) => ApiError)({ captureStack: false })
    return expose ? [] : [name]
  }),
)

/** Returns whether the messages of a class of Faultline are not sent: those of `InternalError` and its subclasses. */
export function hasPrivateMessages(className: string): boolean {
  return privateClasses.has(className)
}

/** Returns the name of the class that represents a status, for example `NotFound` for 404. */
export function getClassName(status: number): string {
  return createErrorForStatus(status, { captureStack: false }).name
}

/** Returns the fixes that make a class of Faultline available in a file. None if it is imported already. */
export function importClass(fixer: Rule.RuleFixer, sourceCode: SourceCode, className: string): Rule.Fix[] {
  const imports = getImports(sourceCode)
  const names = imports.flatMap(({ specifiers }) => specifiers.map(({ local }) => local.name))
  if (names.includes(className)) return []
  const last = imports.find(isExtensible)?.specifiers.at(-1)
  if (last !== undefined) return [fixer.insertTextAfter(last, `, ${className}`)]
  return [fixer.insertTextBeforeRange([0, 0], `import { ${className} } from '${getPackage(imports)}'\n`)]
}

/** Returns whether a name can be added to an import: it has names in braces, and is not an import of types. */
function isExtensible({ specifiers, ...node }: ImportDeclaration & { importKind?: string }): boolean {
  return node.importKind !== 'type' && specifiers.at(-1)?.type === 'ImportSpecifier'
}

function getPackage(imports: readonly ImportDeclaration[]): string {
  return String(imports[0]?.source.value ?? '@faultline/core')
}
