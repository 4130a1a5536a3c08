/** The properties of `process` that this package uses if the runtime has them. */
export interface RuntimeProcess {
  readonly env?: Readonly<Record<string, string | undefined>>
  cwd?(): string
  once?(event: 'exit', listener: () => void): unknown
  off?(event: 'exit', listener: () => void): unknown
}

/** Returns `process`, if the runtime has it. */
export function getProcess(): RuntimeProcess | undefined {
  return (globalThis as { process?: RuntimeProcess }).process
}
