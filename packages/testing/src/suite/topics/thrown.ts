import { failureMatrix } from '../failure-matrix.ts'
import { formatRequest } from '../raw-client.ts'
import { expectCode, type Scenario } from '../scenario.ts'
import { expressControlValues, falsyValues, thrownValues } from '../thrown-values.ts'

const allValues = [...thrownValues, ...falsyValues, ...expressControlValues]
const middlewareNames = new Set<string>(failureMatrix.middleware)

const createScenarios = (path: string, values = allValues): Scenario[] =>
  values.map(({ name, code, status }) =>
    expectCode(
      name,
      formatRequest(`GET ${path}?value=${encodeURIComponent(name)}`),
      code,
      status === undefined ? {} : { status },
    ),
  )

/** Values that a handler throws. */
export const throwScenarios = createScenarios('/throw')

/** Values that an async handler rejects with. */
export const rejectScenarios = createScenarios('/reject')

/** Values that middleware throws. */
export const middlewareScenarios = createScenarios(
  '/middleware',
  allValues.filter(({ name }) => middlewareNames.has(name)),
)
