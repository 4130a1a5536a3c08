import { setTarget, type Target } from './ask.ts'
import { describeJudgement } from './judgement.ts'
import { describeKeys } from './keys.ts'
import { describeOpenApi } from './openapi.ts'
import { describeRoutes } from './routes.ts'
import { describeSurfaces } from './surfaces.ts'
import { describeStreams } from './streams.ts'
import { describeUpstream } from './upstream.ts'
import { describeValidation } from './validation.ts'

/** Every row of spec/demo-api.md, asked of a running app. */
export function describeDemoApi(name: string, target: () => Target): void {
  setTarget(target)
  describeKeys(name)
  describeRoutes(name)
  describeValidation(name)
  describeJudgement(name)
  describeSurfaces(name)
  describeStreams(name)
  describeUpstream(name)
  describeOpenApi(name)
}
