import type { ApiErrorClass, Envelope, EnvelopeId } from '@faultline/core'
import { SetMetadata } from '@nestjs/common'
import { getErrorDoc } from './advice.ts'
import { ERROR_SCHEMA_REF, errorSchemas } from './components.ts'
import { errorResponses, type ResponseObject, type ResponsesOptions } from './responses.ts'
import { classOf, envelopeFrom, type ErrorClassOrCode } from './sample.ts'

// Where @nestjs/swagger keeps what goes into an operation, and into the responses of all of a controller's.
const EXTENSIONS = 'swagger/apiExtension'
const RESPONSES = 'swagger/apiResponse'

/** The member of an operation, or of its responses, that has the errors until `addErrorResponses` tells of them. */
const ERRORS = 'x-faultline-errors'

/** Carries the classes through a document: symbols get into neither JSON nor YAML. */
const KINDS: unique symbol = Symbol.for('faultline.kinds') as never

/** The errors of an operation: what they mean by their codes, and their classes. */
interface Recorded {
  readonly [code: string]: string
  readonly [KINDS]?: readonly ApiErrorClass[]
}

/**
 * Says which errors a route can fail with, on its method; on a controller, which all its routes can, inherited ones
 * too. Both are told of, and each error once. `addErrorResponses` makes responses of them.
 *
 * @param kinds Classes, your own among them, or codes of the taxonomy.
 * @throws TypeError for what is no kind of error, and without any
 */
export function ApiErrors(...kinds: readonly ErrorClassOrCode[]): MethodDecorator & ClassDecorator {
  if (kinds.length === 0) throw new TypeError('ApiErrors needs an error at least')
  const types = kinds.map(classOf)
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor): void => {
    const [place, on] =
      descriptor === undefined ? [RESPONSES, target] : [EXTENSIONS, descriptor.value as object]
    const known = Reflect.getMetadata(place, on) as { readonly [ERRORS]?: Recorded } | undefined
    const all = [...new Set([...types, ...kindsIn(known?.[ERRORS])])]
    const recorded: Recorded = {
      ...Object.fromEntries(all.map((type) => [type.code, getErrorDoc(type).description])),
      [KINDS]: all,
    }
    const record = SetMetadata(place, { ...known, [ERRORS]: recorded })
    if (descriptor === undefined) record(target as Function)
    else record(target, key!, descriptor)
  }
}

/** What `SwaggerModule.createDocument` makes, as far as errors are told of in it. */
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
  readonly responses: Readonly<Record<string, object>> & { readonly [ERRORS]?: Recorded }
  readonly [ERRORS]?: Recorded
}

/** A response as a user wrote it. */
interface OwnResponse {
  readonly $ref?: string
  readonly description?: string
  readonly headers?: object
  readonly content?: Readonly<Record<string, OwnMedia>>
}

interface OwnMedia {
  readonly schema?: object
  readonly example?: unknown
  readonly examples?: object
}

/**
 * Tells of the errors that `@ApiErrors` named, in an envelope: each operation gets the responses of its errors, and the
 * document the schemas that they refer to. A response of the same status that is there already stays, and the errors'
 * is added to it; one that is a reference is left as it is.
 *
 *     addErrorResponses(SwaggerModule.createDocument(app, config), 'ai-api')
 *
 * @param document What `createDocument` made, of OpenAPI 3.1 (`setOpenAPIVersion('3.1.0')`). It is not changed.
 * @param envelope The wire format, or its id.
 * @returns The document to serve.
 * @throws TypeError for what is no such document or no envelope, and where the document has another schema by the name
 * of one of these; `schemaRef` then takes another.
 */
export function addErrorResponses<Document extends OpenApiDocument>(
  document: Document,
  envelope: Envelope | EnvelopeId,
  { schemaRef = ERROR_SCHEMA_REF }: ResponsesOptions = {},
): Document {
  const format = envelopeFrom(envelope)
  const { openapi, paths, webhooks, components = {} } = Object(document) as Document
  if (!/^3\.[1-9]/.test(openapi))
    throw new TypeError(
      `addErrorResponses needs a document of OpenAPI 3.1, not ${openapi}: new DocumentBuilder().setOpenAPIVersion('3.1.0')`,
    )
  const told = new Set<ApiErrorClass>()
  const describe = (operation: Operation): Operation => {
    const { [ERRORS]: own, ...rest } = operation
    const { [ERRORS]: shared, ...responses } = operation.responses
    const kinds = [...kindsIn(shared), ...kindsIn(own)]
    for (const kind of kinds) told.add(kind)
    const added = Object.entries(errorResponses(format, kinds, { schemaRef }))
    return {
      ...rest,
      responses: {
        ...responses,
        ...Object.fromEntries(
          added.map(([status, response]) => [status, merged(responses[status], response)]),
        ),
      },
    }
  }
  const items = (all: object): object =>
    mapped(all, (item) =>
      mapped(Object(item) as object, (value) => (isOperation(value) ? describe(value) : value)),
    )
  const described = {
    ...document,
    paths: items(paths),
    ...(webhooks === undefined ? {} : { webhooks: items(webhooks) }),
  }
  if (told.size === 0) return described
  const { schemas: known = {} } = components as Components
  const schemas = errorSchemas(format, [...told], schemaRef)
  for (const [name, schema] of Object.entries(schemas)) {
    if (Object.hasOwn(known, name) && JSON.stringify(known[name]) !== JSON.stringify(schema))
      throw new TypeError(
        `addErrorResponses: the document has a schema ${name} of its own; \`schemaRef\` takes another name`,
      )
  }
  return { ...described, components: { ...components, schemas: { ...known, ...schemas } } }
}

/** The classes that were recorded. */
function kindsIn(recorded: Recorded | undefined): readonly ApiErrorClass[] {
  if (recorded === undefined) return []
  return recorded[KINDS] ?? Object.keys(recorded).map(found)
}

/** The class of a code in a document that went through JSON. */
function found(code: string): ApiErrorClass {
  try {
    return classOf(code as ErrorClassOrCode & string)
  } catch {
    throw new TypeError(
      `addErrorResponses: the class of ${JSON.stringify(code)} is lost; give it what createDocument made, and no copy`,
    )
  }
}

function isOperation(value: unknown): value is Operation {
  return typeof (Object(value) as Partial<Operation>).responses === 'object'
}

/** An object with its members made anew. */
function mapped(object: object, make: (value: unknown) => unknown): object {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, make(value)]))
}

/** A user's response with the errors of its status added. */
function merged(own: OwnResponse | undefined, response: ResponseObject): object {
  if (own === undefined) return response
  if (own.$ref !== undefined) return own
  const content = Object.entries(response.content).map(([type, { schema, examples }]) => {
    const media = own.content?.[type]
    if (media === undefined) return [type, { schema, examples }]
    // A body has either an example or examples (OpenAPI 3.1, 4.8.14).
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
    ...own,
    description: [own.description, response.description].filter(Boolean).join('\n\n'),
    headers: { ...response.headers, ...own.headers },
    content: { ...own.content, ...Object.fromEntries(content) },
  }
}
