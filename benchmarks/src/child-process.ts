import { fork, type ChildProcess } from 'node:child_process'
import { on, once } from 'node:events'
import { fileURLToPath } from 'node:url'

const MESSAGE_TIMEOUT_MS = 120_000

/** Node.js version that runs a process. */
export interface Runtime {
  /** Path of the binary. */
  readonly node: string
  /** Folder of the modules, relative to the folder of this module. */
  readonly modules: string
}

/** Runs the sources: the current Node.js strips their types. */
export const CURRENT_RUNTIME: Runtime = { node: process.execPath, modules: './' }

/** A process that this process exchanges messages with. */
export class Child {
  readonly #name: string
  readonly #process: ChildProcess
  /** Messages that were received, each as the arguments of the event. It ends with the process. */
  readonly #messages: AsyncIterator<unknown[]>

  constructor(module: string, args: readonly string[] = [], { node, modules }: Runtime = CURRENT_RUNTIME) {
    this.#name = [module, ...args].join(' ')
    const isSource = modules === CURRENT_RUNTIME.modules
    const path = new URL(`${modules}${module}.${isSource ? 'ts' : 'js'}`, import.meta.url)
    this.#process = fork(fileURLToPath(path), args, {
      execPath: node,
      execArgv: [],
      env: { ...process.env, NODE_ENV: 'production' },
    })
    this.#messages = on(this.#process, 'message', { close: ['exit'] })
  }

  /** Returns the next message of the process. */
  async receive<Message>(): Promise<Message> {
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), MESSAGE_TIMEOUT_MS)
    try {
      const { done, value } = await this.#messages.next()
      if (done !== true) return (value as [Message])[0]
    } finally {
      clearTimeout(timer)
    }
    throw new Error(
      `${this.#name}: the process ended, or sent no message within ${MESSAGE_TIMEOUT_MS / 1000} seconds; its output ` +
        'names the reason',
    )
  }

  /** Sends a message and returns the answer. */
  async ask<Answer>(message: object): Promise<Answer> {
    this.#process.send(message)
    return this.receive<Answer>()
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const exit = once(this.#process, 'exit')
    this.#process.kill('SIGKILL')
    await exit
  }
}
