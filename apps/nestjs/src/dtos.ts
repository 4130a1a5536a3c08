import { ValidationFailed } from '@faultline/nestjs'
import { Injectable, type ArgumentMetadata, type PipeTransform, type Type } from '@nestjs/common'
import { Type as NestedType } from 'class-transformer'
import {
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsString,
  Max,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator'

const MAX_MESSAGES = 100

/** Validates a field only if it is present. `@IsOptional()` would also accept null. */
const IfPresent = (): PropertyDecorator => ValidateIf((_body, value) => value !== undefined)

export class Message {
  @IsIn(['system', 'user', 'assistant']) role!: string
  @IsString() content!: string
}

/** The body of a chat completion request. */
export class ChatDto {
  @IsString() model!: string

  @IsArray()
  @ArrayMinSize(1, { message: `messages must contain 1 to ${MAX_MESSAGES} elements` })
  @ValidateNested({ each: true })
  @NestedType(() => Message)
  messages!: Message[]

  @IfPresent() @IsNumber() @Min(0) @Max(2) temperature?: number
  @IfPresent() @IsInt() @Min(1) max_tokens?: number
  @IfPresent() @IsBoolean() stream?: boolean
}

/** The body of an image request. */
export class ImageDto {
  @IsString() prompt!: string
  @IfPresent() @IsIn(['256x256', '512x512', '1024x1024']) size?: string
  @IfPresent() @IsIn(['standard', 'hd']) quality?: string
}

/**
 * Prepares a body for ValidationPipe. class-transformer would copy whatever the body contains, in a time that is quadratic
 * in the number of members, and class-validator would visit every message.
 */
@Injectable()
export class BodyPipe implements PipeTransform {
  transform(body: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if (type !== 'body' || metatype === undefined) return body
    const fields = pickFields(body, metatype)
    if (fields === null) throw new ValidationFailed({ issues: [{ message: 'must be an object' }] })
    const { messages } = body as Partial<ChatDto>
    return Array.isArray(messages) ? { ...fields, messages: prepareMessages(messages) } : fields
  }
}

/** An empty list is as invalid as one of too many messages. */
function prepareMessages(messages: readonly unknown[]): unknown[] {
  return messages.length > MAX_MESSAGES ? [] : messages.map((message) => pickFields(message, Message))
}

/**
 * Returns the fields that a class declares. A list or an object becomes null, which is as invalid.
 *
 * @returns null for a value that is not an object.
 */
function pickFields(value: unknown, Dto: Type): Record<string, unknown> | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const fields = value as Record<string, unknown>
  const names = Object.keys(new Dto() as object).filter((name) => Object.hasOwn(fields, name))
  return Object.fromEntries(
    names.map((name) => [name, typeof fields[name] === 'object' ? null : fields[name]]),
  )
}
