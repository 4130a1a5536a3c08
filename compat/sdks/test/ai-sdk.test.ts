import { startApp } from '@faultline/app-gateway/testing'
import { expect, test } from 'vitest'
import { aiSdks } from './ai-sdk.ts'
import { apps } from './apps.ts'
import { describeSdk, catchError } from './describe-sdk.ts'
import { createErrorFetch } from './error-fetch.ts'

for (const sdk of aiSdks) describeSdk(sdk)

const compatibleSdks = aiSdks.filter(({ name }) => name === 'AI SDK openai-compatible')

test.each(compatibleSdks)(
  '$name in $envelope decides by the message alone whether a failed stream is retryable',
  async (sdk) => {
    const app = await startApp(apps[0]![1])
    const { readers } = sdk.connect(app.url, createErrorFetch(app.url, sdk.envelope).fetch, 0)
    const readFields = async (name: string): Promise<unknown> =>
      sdk.readStreamError(await catchError(readers['the full stream']!(name)))
    // Both are wrong. The SDK ignores code and type.
    expect(await readFields('model_overloaded')).toMatchObject({ status: undefined, isRetryable: false })
    expect(await readFields('internal_error')).toMatchObject({ status: 500, isRetryable: true })
    await app.close()
  },
)
