import { parseFastApiIssues, readProperty } from '@faultline/core'
import type { BodyReader } from './body-part.ts'

/** Maximum number of issues that are used. */
const MAX_ISSUES = 16

/** FastAPI: `{ detail: [{ loc, msg, type }] }`. The type is left out: an upstream's names are not sent. */
export const readFastApi: BodyReader = ({ body }) => {
  const issues = parseFastApiIssues(readProperty(body, 'detail')).slice(0, MAX_ISSUES)
  return issues.length === 0 ? {} : { issues: issues.map(({ message, path }) => ({ message, path })) }
}
