import { formatRequest, RawClient, type RawResponse } from '@faultline/testing'
import { onTestFinished } from 'vitest'

export { formatRequest }
export type { RawClient, RawResponse }

/** A connection that its test's end closes. */
export async function open(port: number): Promise<RawClient> {
  const client = await RawClient.open(port)
  onTestFinished(() => client.close())
  return client
}

/** Sends bytes on a connection of their own, and reads the answer. */
export async function ask(port: number, request: string | Buffer, method?: string): Promise<RawResponse> {
  return (await open(port)).send(request).response(method)
}
