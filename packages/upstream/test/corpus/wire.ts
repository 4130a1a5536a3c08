import { anthropicRows } from './anthropic.ts'
import { googleRows } from './google.ts'
import { openaiRows } from './openai.ts'
import { otherRows } from './others.ts'
import type { Row } from './rows.ts'

export { streamed as streamRows } from './streamed.ts'

/** Failures with an error response. */
export const responseRows: readonly Row[] = [...openaiRows, ...anthropicRows, ...googleRows, ...otherRows]
