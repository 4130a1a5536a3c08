export { createConformanceTests, knownGap, scenarioIds, topics, universalGaps } from './suite/conformance.ts'
export type { Conformance, ConformanceTest, Gaps } from './suite/conformance.ts'
export { createDefineSuite } from './suite/define-suite.ts'
export type { DefineConformanceSuite, TestRunner } from './suite/define-suite.ts'
export { BODY_LIMITS, listen, mapResult, UPLOAD_LIMITS } from './suite/fixture.ts'
export type {
  CreateServer,
  Fixture,
  FixtureRoute,
  HandlerContext,
  HandlerResult,
  MountedApp,
  RunningServer,
} from './suite/fixture.ts'
export { formatRequest, RawClient } from './suite/raw-client.ts'
export type { RawClientOptions, RawResponse } from './suite/raw-client.ts'
export type { HookCall, Scenario, ScenarioContext } from './suite/scenario.ts'
export { CANARY } from './suite/canary.ts'
export { expressControlValues, falsyValues, thrownValues } from './suite/thrown-values.ts'
export type { ThrownValue } from './suite/thrown-values.ts'
