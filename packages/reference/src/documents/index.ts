import type { ErrorDocument } from '../error-document.ts'
import { a15t } from './a15t.ts'
import { aiApi } from './ai-api.ts'
import { compactifai } from './compactifai.ts'
import { compresr } from './compresr.ts'
import { humanloop } from './humanloop.ts'

/** The documents that the envelopes implement, by envelope id. */
export const errorDocuments: Readonly<Record<string, ErrorDocument>> = {
  a15t,
  'ai-api': aiApi,
  compactifai,
  compresr,
  humanloop,
}
