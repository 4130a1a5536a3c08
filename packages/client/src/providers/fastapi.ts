import { parseFastApiIssues, readProperty } from '@faultline/core'
import type { BodyReader } from './body-part.ts'

/** FastAPI: `{ detail: [{ loc, msg, type }] }`. */
export const readFastApi: BodyReader = ({ body }) => {
  const issues = parseFastApiIssues(readProperty(body, 'detail'))
  return issues.length === 0 ? {} : { issues }
}
