import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const REPLY_TIMEOUT_MS = 120_000

/** Node.js version that runs a process. */
export interface Runtime {
  /** Path of the binary. */
  readonly node: string
  /** Folder of the modules, relative to the folder of this module. */
  readonly modules: string
}

/** Runs the sources: the current Node.js strips their types. */
export const CURRENT_RUNTIME: Runtime = { node: process.execPath, modules: './' }

/** A process that answers each message with one message. */
export class Child {
  readonly #process: ChildProcess

  constructor(module: string, args: readonly string[] = [], { node, modules }: Runtime = CURRENT_RUNTIME) {
    const isSource = modules === CURRENT_RUNTIME.modules
    const path = new URL(`${modules}${module}.${isSource ? 'ts' : 'js'}`, import.meta.url)
    this.#process = fork(fileURLToPath(path), args, {
      execPath: node,
      execArgv: [],
      env: { ...process.env, NODE_ENV: 'production' },
    })
  }

  /** Returns the next message of the process. */
  async receive<Message>(): Promise<Message> {
    const stop = new AbortController()
    const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(REPLY_TIMEOUT_MS)])
    try {
      const exit = once(this.#process, 'exit', { signal }).then(([code]) => {
        throw new Error(`The process ${this.#process.spawnargs.slice(1).join(' ')} ended with ${code}`)
      })
      const [message] = await Promise.race([once(this.#process, 'message', { signal }), exit])
      return message as Message
    } finally {
      stop.abort()
    }
  }

  /** Sends a message and returns the answer. */
  async ask<Answer>(message: object): Promise<Answer> {
    const answer = this.receive<Answer>()
    this.#process.send(message)
    return answer
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const exit = once(this.#process, 'exit')
    this.#process.kill('SIGKILL')
    await exit
  }
}
