import { parseArgs } from 'node:util'
import { clients } from './clients/index.ts'
import { dialects } from './dialects.ts'
import type { Selection } from './matrix.ts'
import { frameworks } from './servers/index.ts'

/** The parsed arguments of the command. */
export interface Command {
  readonly selection: Selection
  /** Whether the page is compared instead of written. */
  readonly isCheck: boolean
  /** Whether the run covers the whole matrix, so that the page can be written. */
  readonly isComplete: boolean
}

const DIALECTS = Object.keys(dialects)
const FRAMEWORKS = Object.keys(frameworks)
const SDKS = [...new Set(clients.map(({ sdk }) => sdk))]

/** The whole matrix, or its quick form. */
export function selectAll(isQuick: boolean): Selection {
  return { dialects: DIALECTS, frameworks: FRAMEWORKS, sdks: SDKS, isQuick }
}

/**
 * Parses the arguments of the command.
 *
 * @throws Error with a message for the user, if an argument is wrong.
 */
export function parseCommand(args: readonly string[]): Command {
  const { values } = parseArgs({
    args: [...args],
    options: {
      dialect: { type: 'string', multiple: true, default: [] },
      framework: { type: 'string', multiple: true, default: [] },
      client: { type: 'string', multiple: true, default: [] },
      quick: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
    },
  })
  const selection: Selection = {
    dialects: select('--dialect', values.dialect, DIALECTS),
    frameworks: select('--framework', values.framework, FRAMEWORKS),
    sdks: select('--client', values.client, SDKS),
    isQuick: values.quick,
  }
  const isComplete =
    !values.quick && [values.dialect, values.framework, values.client].every((list) => list.length === 0)
  if (values.check && !isComplete)
    throw new Error('--check compares the page with the whole matrix; leave out the other options')
  const pairs = clients.filter(
    ({ sdk, formats }) =>
      selection.sdks.includes(sdk) &&
      selection.dialects.some((name) => formats.includes(dialects[name]!.format)),
  )
  if (pairs.length === 0)
    throw new Error(
      `--client ${values.client.join(', ')} does not read --dialect ${values.dialect.join(', ')}; ` +
        `dialects of these clients: ${listDialects(selection.sdks).join(', ')}`,
    )
  return { selection, isCheck: values.check, isComplete }
}

function select(option: string, wanted: readonly string[], known: readonly string[]): readonly string[] {
  const unknown = wanted.filter((value) => !known.includes(value))
  if (unknown.length > 0)
    throw new Error(`${option}: unknown ${unknown.join(', ')}; use one of ${known.join(', ')}`)
  return wanted.length === 0 ? known : known.filter((value) => wanted.includes(value))
}

function listDialects(sdks: readonly string[]): string[] {
  const formats = new Set(clients.flatMap((client) => (sdks.includes(client.sdk) ? client.formats : [])))
  return DIALECTS.filter((name) => formats.has(dialects[name]!.format))
}
