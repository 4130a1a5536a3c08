import type { ApiErrorClass, Envelope } from '@faultline/core'
import { adviceOf, sampleOf } from '@faultline/openapi'
import { bold, type Surroundings } from './surroundings.ts'

/** What is told of one error. */
interface Line {
  readonly code: string
  readonly wire: string
  readonly status: number
  readonly retryable: boolean
  readonly means: string
}

/** Lists errors as an envelope sends them. */
export function list(
  envelope: Envelope,
  types: readonly ApiErrorClass[],
  { isJson }: { readonly isJson: boolean },
  surroundings: Surroundings,
): void {
  const lines = types.map((type): Line => {
    const { code, status, retryable } = envelope.lookup(sampleOf(type))
    return { code: type.code, wire: code, status, retryable, means: adviceOf(type).means }
  })
  if (isJson) {
    surroundings.out(`${JSON.stringify(lines, null, 2)}\n`)
    return
  }
  const width = (of: (line: Line) => string): number => Math.max(...lines.map((line) => of(line).length))
  const codes = width(({ code }) => code)
  const wires = width(({ wire }) => wire)
  for (const { code, wire, status, retryable, means } of lines) {
    const retry = retryable ? 'retry' : '     '
    surroundings.out(
      `${bold(code.padEnd(codes), surroundings)}  ${status}  ${retry}  ${wire.padEnd(wires)}  ${means}\n`,
    )
  }
}
