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

/** A field may be left out; null is a value. */
const IfThere = (): PropertyDecorator => ValidateIf((_body, value) => value !== undefined)

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

  @IfThere()
  @IsNumber()
  @Min(0)
  @Max(2)
  temperature?: number

  @IfThere()
  @IsInt()
  @Min(1)
  max_tokens?: number

  @IfThere()
  @IsBoolean()
  stream?: boolean
}

/** The body of an image request. */
export class Image {
  @IsString()
  prompt!: string

  @IfThere()
  @IsIn(['256x256', '512x512', '1024x1024'])
  size?: string

  @IfThere()
  @IsIn(['standard', 'hd'])
  quality?: string
}
