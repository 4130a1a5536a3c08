import type { Gateway } from '@faultline/app-gateway'
import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common'
import { GATEWAY, getExchange } from './exchange.ts'

/** Checks the key. A guard runs for known routes only, so an unknown path or method is reported first. */
@Injectable()
export class AdmitGuard implements CanActivate {
  readonly #gateway: Gateway

  constructor(@Inject(GATEWAY) gateway: Gateway) {
    this.#gateway = gateway
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { message, response } = getExchange(context)
    const { originalUrl = message.url ?? '' } = message as { originalUrl?: string }
    const { headers, release } = await this.#gateway.admit({
      method: message.method ?? '',
      path: (originalUrl.split('?', 1)[0] ?? '').replace(/^.*?\/v1(?=\/)/, ''),
      authorization: message.headers.authorization,
      apiKey: message.headers['x-api-key'] as string | undefined,
    })
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    if (response.closed) release()
    else response.once('close', release)
    return true
  }
}
