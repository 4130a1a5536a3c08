export { createConformanceTests, knownGap, universalGaps, scenarioIds, topics } from './suite/conformance.ts'
export type { Conformance, ConformanceTest, Gaps } from './suite/conformance.ts'
export { createDefineSuite } from './suite/define-suite.ts'
export type { DefineConformanceSuite, TestRunner } from './suite/define-suite.ts'
export { BODY_LIMITS, listen, mapResult, UPLOAD_LIMITS } from './suite/fixture.ts'
export type {
  CreateServer,
  HandlerContext,
  Fixture,
  FixtureRoute,
  HandlerResult,
  RunningServer,
} from './suite/fixture.ts'
export { formatRequest, RawClient } from './suite/raw-client.ts'
export type { RawResponse } from './suite/raw-client.ts'
export type { HookCall, Scenario, ScenarioContext } from './suite/scenario.ts'
export { expressControlValues, falsyValues, CANARY, thrownValues } from './suite/thrown-values.ts'
export type { ThrownValue } from './suite/thrown-values.ts'
