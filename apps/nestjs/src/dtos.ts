import { Type } from 'class-transformer'
import {
  ArrayMaxSize,
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

/** Validates a field only if it is present. `@IsOptional()` would also accept null. */
const IfPresent = (): PropertyDecorator => ValidateIf((_body, value) => value !== undefined)

export class Message {
  @IsIn(['system', 'user', 'assistant'])
  role!: string

  @IsString()
  content!: string
}

/** The body of a chat completion request. */
export class Chat {
  @IsString()
  model!: string

  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => Message)
  messages!: Message[]

  @IfPresent()
  @IsNumber()
  @Min(0)
  @Max(2)
  temperature?: number

  @IfPresent()
  @IsInt()
  @Min(1)
  max_tokens?: number

  @IfPresent()
  @IsBoolean()
  stream?: boolean
}

/** The body of an image request. */
export class Image {
  @IsString()
  prompt!: string

  @IfPresent()
  @IsIn(['256x256', '512x512', '1024x1024'])
  size?: string

  @IfPresent()
  @IsIn(['standard', 'hd'])
  quality?: string
}
