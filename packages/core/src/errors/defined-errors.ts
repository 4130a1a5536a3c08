import type { ApiError, ApiErrorClass, ApiErrorConstructor } from './api-error.ts'
import type { ApiErrorOptions } from './error-options.ts'
import type { ErrorCode } from './codes.ts'
import type { PascalCase } from './pascal-case.ts'
import type { ErrorClassStatics } from './static-members.ts'

/** The type of a class's `details`, declared by `declareDetails`. */
export interface DetailsDeclaration<Details> {
  /** Has no value. It carries the type. */
  readonly '~details'?: Details
}

/** An error class of an application, for `defineErrors`. */
export interface ErrorDefinition {
  /**
   * The parent class: `NotFound`, or a class of the application. Its subclasses inherit its status, message and options, and
   * a handler of its code handles their errors as well.
   * @default ApiError with status 400
   */
  readonly extends?: ApiErrorClass | undefined
  /** HTTP status, an integer from 400 to 599. @default the status of the parent class */
  readonly status?: number | undefined
  /**
   * Message for the caller. `{name}` is a required option of type string or number, which is also a member of `details`. It
   * cannot have the name of an option of all errors, unless the parent class requires that option.
   * @default the message of the parent class
   */
  readonly message?: string | undefined
  /** Whether the same request may succeed later. @default that of the parent class */
  readonly retryable?: boolean | undefined
  /** The request field that all errors of this class are about. @default that of the parent class */
  readonly field?: string | undefined
  /** The type of `details`, which the constructor then requires: `declareDetails<{ left: number }>()`. @default none */
  readonly details?: DetailsDeclaration<unknown> | undefined
  /** Description of the error in OpenAPI documents and reference pages. @default a description by `code` */
  readonly description?: string | undefined
  /** Action that the receiver of the error can take, in reference pages. @default a remedy by `code` */
  readonly remedy?: string | undefined
}

/** Definitions of error classes by code. A number is a status. */
export type ErrorTable = Readonly<Record<string, number | ErrorDefinition>>

/** Names that a parameter of a message cannot have. */
export type ReservedOption = keyof ApiErrorOptions | 'field' | 'issue' | 'stack'

/** The classes of a table, by name. */
export type DefinedErrors<Table> = {
  readonly [Code in keyof Table & string as PascalCase<`${Code}`>]: DefinedErrorClass<
    `${Code}`,
    DefinedOptions<Table[Code]>,
    ParentClass<Table[Code]>,
    DefinedDetails<Table[Code]>
  >
}

/** An error class that `defineErrors` created. */
export interface DefinedErrorClass<
  Code extends string,
  Options,
  Parent extends ApiErrorClass,
  Details,
> extends ErrorClassStatics {
  readonly code: Code
  readonly prototype: DefinedError<Code, Parent, Details>
  new (
    ...options: {} extends Options ? [options?: Options] : [options: Options]
  ): DefinedError<Code, Parent, Details>
}

/** An error of a class that `defineErrors` created. */
export type DefinedError<Code extends string, Parent extends ApiErrorClass, Details> = ApiError<Details> &
  Omit<InstanceType<Parent>, 'code' | 'details'> & { readonly code: Code }

/** The names of the parameters in a message. */
type ParameterNames<Message> = Message extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParameterNames<Rest>
  : never

type MessageParameters<Definition> = Definition extends { readonly message: infer Message }
  ? ParameterNames<Message>
  : never

type ParentClass<Definition> = Definition extends { readonly extends: infer Parent extends ApiErrorClass }
  ? Parent
  : ApiErrorConstructor

/** The options of the parent class. */
type ParentOptions<Definition> = NonNullable<ConstructorParameters<ParentClass<Definition>>[0]>

type DeclaredDetails<Definition> = Definition extends {
  readonly details: DetailsDeclaration<infer Details>
}
  ? Details
  : unknown

/** Parameters that are required options: those that are not members of the declared details. */
type RequiredParameters<Definition> = Exclude<
  MessageParameters<Definition>,
  keyof DeclaredDetails<Definition>
>

/** Parameters that the parent class does not read. */
type AddedParameters<Definition> = Exclude<RequiredParameters<Definition>, keyof ParentOptions<Definition>>

type ParameterValues<Names extends PropertyKey> = { readonly [Name in Names]: string | number }

type DefinedDetails<Definition> = [AddedParameters<Definition>] extends [never]
  ? Definition extends { readonly details: DetailsDeclaration<infer Details> }
    ? Details
    : undefined
  : DeclaredDetails<Definition> & ParameterValues<AddedParameters<Definition>>

type DefinedOptions<Definition> = Merge<
  Omit<ParentOptions<Definition>, 'details' | RequiredParameters<Definition>> &
    RequiredOptions<ParentOptions<Definition>, RequiredParameters<Definition>> &
    ParameterValues<AddedParameters<Definition>> &
    (Definition extends { readonly details: DetailsDeclaration<infer Details> }
      ? { readonly details: Details }
      : unknown)
>

type RequiredOptions<Options, Names> = {
  readonly [Name in keyof Options & Names]-?: NonNullable<Options[Name]>
}

/** The members of an intersection as one object, which editors print in full. */
type Merge<Type> = { [Member in keyof Type]: Type[Member] }

/** A table whose faults are types that describe them. */
export type CheckedTable<Table> = {
  readonly [Code in keyof Table]: CheckedEntry<Code, Table[Code]>
}

type CheckedEntry<Code, Entry> = Code extends ErrorCode
  ? `${Code} is a code of the taxonomy`
  : Entry extends ErrorDefinition
    ? CheckedMembers<Entry>
    : number | ErrorDefinition

type CheckedMembers<Entry> = {
  readonly [Member in keyof Entry]: Member extends 'message'
    ? CheckedMessage<Entry, Entry[Member]>
    : Member extends 'extends'
      ? CheckedParent<Entry[Member]>
      : Member extends keyof ErrorDefinition
        ? Entry[Member]
        : never
}

type CheckedMessage<Entry, Message> = [ReservedParameters<Entry>] extends [never]
  ? Message
  : `{${ReservedParameters<Entry>}} is an option of all errors`

type ReservedParameters<Entry> = Extract<
  Exclude<MessageParameters<Entry>, Exclude<keyof ParentOptions<Entry>, keyof ApiErrorOptions>>,
  ReservedOption
>

/** Errors of a subclass have another code, so a class with a literal code is not a parent. */
type CheckedParent<Parent> = Parent extends { readonly code: infer Code }
  ? string extends Code
    ? Parent
    : 'a class with a literal code cannot be extended'
  : Parent
