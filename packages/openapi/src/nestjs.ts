import { resolveEnvelope, type ApiErrorClass, type Envelope, type EnvelopeId } from '@faultline/core'
import { SetMetadata } from '@nestjs/common'
import { ERROR_SCHEMA_REF, errorSchemas } from './components.ts'
import { getErrorDoc } from './error-docs.ts'
import { findErrorClass, toErrorClass, type ErrorClassOrCode } from './examples.ts'
import { errorResponses, type ResponseObject, type ResponsesOptions } from './responses.ts'

// Metadata keys of @nestjs/swagger: extensions of an operation, and responses of all operations of a controller.
const OPERATION_EXTENSIONS = 'swagger/apiExtension'
const CONTROLLER_RESPONSES = 'swagger/apiResponse'

/** Member of an operation or of its responses that lists the errors until `addErrorResponses` replaces it. */
const ERRORS = 'x-faultline-errors'

/** Key of the error classes in a document. Symbols are not written to JSON or YAML. */
const CLASSES: unique symbol = Symbol.for('faultline.classes')

/** The errors of an operation: their descriptions by code, and their classes. */
interface RecordedErrors {
  readonly [code: string]: string
  readonly [CLASSES]?: readonly ApiErrorClass[]
}

/**
 * Declares the errors of a route (on a method), or of all routes of a controller, including inherited ones (on the
 * class). Declarations add up. `addErrorResponses` converts them to responses.
 *
 * @param errors Error classes, including your own, or codes of the taxonomy.
 * @throws TypeError for an unknown error, or if `errors` is empty
 */
export function ApiErrors(...errors: readonly ErrorClassOrCode[]): MethodDecorator & ClassDecorator {
  if (errors.length === 0) throw new TypeError('@ApiErrors(): pass at least one error class or code')
  const types = errors.map(toErrorClass)
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor): void => {
    const [metadataKey, owner]: [string, object] =
      descriptor === undefined ? [CONTROLLER_RESPONSES, target] : [OPERATION_EXTENSIONS, descriptor.value]
    const metadata: { readonly [ERRORS]?: RecordedErrors } | undefined = Reflect.getMetadata(
      metadataKey,
      owner,
    )
    const all = [...new Set([...types, ...recordedClasses(metadata?.[ERRORS])])]
    const recorded: RecordedErrors = {
      ...Object.fromEntries(all.map((type) => [type.code, getErrorDoc(type).description])),
      [CLASSES]: all,
    }
    const record = SetMetadata(metadataKey, { ...metadata, [ERRORS]: recorded })
    if (key !== undefined && descriptor !== undefined) record(target, key, descriptor)
    else if (typeof target === 'function') record(target)
  }
}

/** The parts of a document from `SwaggerModule.createDocument` that `addErrorResponses` uses. */
export interface OpenApiDocument {
  readonly openapi: string
  readonly paths: object
  readonly webhooks?: object
  readonly components?: object
}

interface Components {
  readonly schemas?: Readonly<Record<string, object>>
}

interface Operation {
  readonly responses: Readonly<Record<string, object>> & { readonly [ERRORS]?: RecordedErrors }
  readonly [ERRORS]?: RecordedErrors
}

/** A response that the application declared. */
interface DeclaredResponse {
  readonly $ref?: string
  readonly description?: string
  readonly headers?: object
  readonly content?: Readonly<Record<string, DeclaredMedia>>
}

interface DeclaredMedia {
  readonly schema?: object
  readonly example?: unknown
  readonly examples?: object
}

/**
 * Adds the errors that `@ApiErrors` declared to a document: their responses to each operation, and the referenced
 * schemas to the components. A response that the application declared for the same status is kept and extended; a
 * response that is a `$ref` is not changed.
 *
 *     addErrorResponses(SwaggerModule.createDocument(app, config), 'ai-api')
 *
 * @param document The result of `createDocument`, with OpenAPI 3.1 (`setOpenAPIVersion('3.1.0')`). It is not modified.
 * @param envelope The wire format, or its id.
 * @returns The document to serve.
 * @throws TypeError for another OpenAPI version, an unknown envelope, or if the document already has a different schema
 * with the name of an added one; set `schemaRef` in that case.
 */
export function addErrorResponses<Document extends OpenApiDocument>(
  document: Document,
  envelope: Envelope | EnvelopeId,
  { schemaRef = ERROR_SCHEMA_REF }: ResponsesOptions = {},
): Document {
  const format = resolveEnvelope(envelope)
  const { openapi, paths, webhooks, components = {} }: Document = Object(document)
  if (!/^3\.[1-9]/.test(openapi)) {
    throw new TypeError(
      `addErrorResponses: expected an OpenAPI 3.1 document, got ${openapi}. Set it with new DocumentBuilder().setOpenAPIVersion('3.1.0')`,
    )
  }
  const classes = new Set<ApiErrorClass>()
  const addToOperation = (operation: Operation): Operation => {
    const { [ERRORS]: own, ...rest } = operation
    const { [ERRORS]: shared, ...responses } = operation.responses
    const errors = [...recordedClasses(shared), ...recordedClasses(own)]
    for (const type of errors) classes.add(type)
    const added = Object.entries(errorResponses(format, errors, { schemaRef })).map(([status, response]) => [
      status,
      mergeResponse(responses[status], response),
    ])
    return { ...rest, responses: { ...responses, ...Object.fromEntries(added) } }
  }
  const addToPathItems = (items: object): object =>
    mapMembers(items, (item) =>
      mapMembers(Object(item), (member) => (isOperation(member) ? addToOperation(member) : member)),
    )
  const result = {
    ...document,
    paths: addToPathItems(paths),
    ...(webhooks === undefined ? {} : { webhooks: addToPathItems(webhooks) }),
  }
  if (classes.size === 0) return result
  const { schemas: existing = {} }: Components = components
  const schemas = errorSchemas(format, [...classes], schemaRef)
  for (const [name, schema] of Object.entries(schemas)) {
    if (Object.hasOwn(existing, name) && JSON.stringify(existing[name]) !== JSON.stringify(schema)) {
      throw new TypeError(
        `addErrorResponses: the document already defines the schema ${name}; set \`schemaRef\` to another name`,
      )
    }
  }
  return { ...result, components: { ...components, schemas: { ...existing, ...schemas } } }
}

/** Returns the recorded classes, or the classes of the recorded codes if the document was copied through JSON. */
function recordedClasses(recorded: RecordedErrors | undefined): readonly ApiErrorClass[] {
  if (recorded === undefined) return []
  return recorded[CLASSES] ?? Object.keys(recorded).map(findClass)
}

function findClass(code: string): ApiErrorClass {
  const type = findErrorClass(code)
  if (type !== undefined) return type
  throw new TypeError(
    `addErrorResponses: no class found for code ${JSON.stringify(code)}; pass the object that createDocument() returned, not a copy`,
  )
}

function isOperation(value: unknown): value is Operation {
  return (
    typeof value === 'object' && value !== null && 'responses' in value && typeof value.responses === 'object'
  )
}

function mapMembers(object: object, convert: (value: unknown) => unknown): object {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, convert(value)]))
}

/** Adds the errors of a status to a response that the application declared. */
function mergeResponse(declared: DeclaredResponse | undefined, response: ResponseObject): object {
  if (declared === undefined) return response
  if (declared.$ref !== undefined) return declared
  const content = Object.entries(response.content).map(([type, { schema, examples }]) => {
    const media = declared.content?.[type]
    if (media === undefined) return [type, { schema, examples }]
    // A body has either `example` or `examples` (OpenAPI 3.1, section 4.8.14).
    return [
      type,
      {
        ...media,
        schema: media.schema === undefined ? schema : { anyOf: [media.schema, schema] },
        ...('example' in media ? {} : { examples: { ...examples, ...media.examples } }),
      },
    ]
  })
  return {
    ...declared,
    description: [declared.description, response.description].filter(Boolean).join('\n\n'),
    headers: { ...response.headers, ...declared.headers },
    content: { ...declared.content, ...Object.fromEntries(content) },
  }
}
