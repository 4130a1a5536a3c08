import { ServiceUnavailable } from '@faultline/core'
import {
  BrokenCircuitError,
  circuitBreaker,
  ConsecutiveBreaker,
  handleWhen,
  type CircuitBreakerPolicy,
} from 'cockatiel'

const MAX_FAILURES = 5
const OPEN_MS = 5000

interface Circuit {
  readonly policy: CircuitBreakerPolicy
  openedAt: number
}

/** A circuit breaker for each upstream model: five consecutive failures open it for 5 seconds. */
export class Circuits {
  readonly #circuits = new Map<string, Circuit>()
  readonly #isFailure: (error: Error) => boolean

  /** @param isFailure Returns whether an error counts as an upstream failure. Client errors must not. */
  constructor(isFailure: (error: Error) => boolean) {
    this.#isFailure = isFailure
  }

  /** Calls an upstream model. @throws ServiceUnavailable with the remaining seconds while its circuit is open */
  async call<Value>(model: string, run: () => Promise<Value>): Promise<Value> {
    const circuit = this.#getCircuit(model)
    try {
      return await circuit.policy.execute(run)
    } catch (error) {
      if (!(error instanceof BrokenCircuitError)) throw error
      const remainingMs = circuit.openedAt + OPEN_MS - Date.now()
      throw new ServiceUnavailable({ retryAfter: remainingMs / 1000, cause: error })
    }
  }

  #getCircuit(model: string): Circuit {
    const existing = this.#circuits.get(model)
    if (existing !== undefined) return existing
    const policy = circuitBreaker(handleWhen(this.#isFailure), {
      halfOpenAfter: OPEN_MS,
      breaker: new ConsecutiveBreaker(MAX_FAILURES),
    })
    const circuit = { policy, openedAt: 0 }
    policy.onBreak(() => {
      circuit.openedAt = Date.now()
    })
    this.#circuits.set(model, circuit)
    return circuit
  }
}
