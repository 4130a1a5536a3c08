import { formatRequest, RawClient, type RawResponse } from '@faultline/testing'
import { onTestFinished } from 'vitest'

export { formatRequest }
export type { RawClient, RawResponse }

/** Opens a connection that is closed at the end of the test. */
export async function open(port: number): Promise<RawClient> {
  const client = await RawClient.open(port)
  onTestFinished(() => client.close())
  return client
}

/** Sends bytes on a new connection and returns the response. */
export async function sendRequest(
  port: number,
  request: string | Buffer,
  method?: string,
): Promise<RawResponse> {
  return (await open(port)).send(request).response(method)
}
