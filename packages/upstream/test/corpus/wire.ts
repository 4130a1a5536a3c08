import { ofAnthropic } from './anthropic.ts'
import { ofGoogle } from './google.ts'
import { ofOpenai } from './openai.ts'
import { ofOthers } from './others.ts'
import type { Row } from './rows.ts'

export { streamed } from './streamed.ts'

/** Answers with a status. */
export const answered: readonly Row[] = [...ofOpenai, ...ofAnthropic, ...ofGoogle, ...ofOthers]
