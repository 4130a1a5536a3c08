import { masterRows } from '../failure-matrix.ts'
import { formatRequest } from '../raw-client.ts'
import { answered, type Scenario } from '../scenario.ts'
import { expressControlValues, falsyValues, thrownValues } from '../thrown-values.ts'

const all = [...thrownValues, ...falsyValues, ...expressControlValues]
const inMiddleware = new Set(masterRows.mw)

const by = (path: string, names?: ReadonlySet<string>): Scenario[] =>
  all
    .filter(({ name }) => names === undefined || names.has(name))
    .map(({ name, code, status }) =>
      answered(
        name,
        formatRequest(`GET ${path}?value=${encodeURIComponent(name)}`),
        code,
        status === undefined ? {} : { status },
      ),
    )

/** What a handler throws. */
export const thrown = by('/throw')

/** What an async handler rejects with. */
export const rejected = by('/reject')

/** What is thrown before the handler. */
export const thrownBefore = by('/mw', inMiddleware)
