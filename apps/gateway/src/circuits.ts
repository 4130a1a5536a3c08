import { ServiceUnavailable } from '@faultline/core'
import {
  BrokenCircuitError,
  circuitBreaker,
  ConsecutiveBreaker,
  handleWhen,
  type CircuitBreakerPolicy,
} from 'cockatiel'

const FAILURES = 5
const OPEN_FOR = 5000

interface Circuit {
  readonly policy: CircuitBreakerPolicy
  openedAt: number
}

/** A circuit breaker for each upstream model: five failures in a row open it for 5 seconds. */
export class Circuits {
  readonly #circuits = new Map<string, Circuit>()
  readonly #isFailure: (error: Error) => boolean

  /** @param isFailure Whether an error is the upstream's fault; what the caller is to mend opens no circuit. */
  constructor(isFailure: (error: Error) => boolean) {
    this.#isFailure = isFailure
  }

  /** Calls an upstream model. @throws ServiceUnavailable with the seconds that are left, where its circuit is open */
  async call<Value>(model: string, run: () => Promise<Value>): Promise<Value> {
    const circuit = this.#of(model)
    try {
      return await circuit.policy.execute(run)
    } catch (error) {
      if (!(error instanceof BrokenCircuitError)) throw error
      const left = circuit.openedAt + OPEN_FOR - Date.now()
      throw new ServiceUnavailable({ retryAfter: left / 1000, cause: error })
    }
  }

  #of(model: string): Circuit {
    const known = this.#circuits.get(model)
    if (known !== undefined) return known
    const policy = circuitBreaker(handleWhen(this.#isFailure), {
      halfOpenAfter: OPEN_FOR,
      breaker: new ConsecutiveBreaker(FAILURES),
    })
    const circuit = { policy, openedAt: 0 }
    policy.onBreak(() => {
      circuit.openedAt = Date.now()
    })
    this.#circuits.set(model, circuit)
    return circuit
  }
}
