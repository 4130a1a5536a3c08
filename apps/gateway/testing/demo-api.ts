import { describeKeys } from './keys.ts'
import { describeOpenApi } from './openapi.ts'
import { describeOrderOfChecks } from './order-of-checks.ts'
import { describeRoutes } from './routes.ts'
import { setTarget, type Target } from './send.ts'
import { describeStreams } from './streams.ts'
import { describeSurfaces } from './surfaces.ts'
import { describeUpstream } from './upstream.ts'
import { describeValidation } from './validation.ts'

/** How an app may differ from the others. */
export interface Differences {
  /** Whether the framework reads a body before it checks the key. */
  readonly readsBodyFirst?: boolean
}

/** Tests the whole demo API against a running app. */
export function describeDemoApi(
  name: string,
  target: () => Target,
  { readsBodyFirst = false }: Differences = {},
): void {
  setTarget(target)
  describeKeys(name)
  describeRoutes(name)
  describeValidation(name)
  describeOrderOfChecks(name, readsBodyFirst)
  describeSurfaces(name)
  describeStreams(name)
  describeUpstream(name)
  // Must be last: it checks the responses to all the other tests.
  describeOpenApi(name)
}
