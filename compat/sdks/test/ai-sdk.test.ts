import { startApp } from '@faultline/app-gateway/testing'
import { expect, test } from 'vitest'
import { aiSdks } from './ai-sdk.ts'
import { apps } from './apps.ts'
import { describeSdk, failureOf } from './describe-sdk.ts'
import { lineTo } from './line.ts'

for (const sdk of aiSdks) describeSdk(sdk)

const compatible = aiSdks.filter(({ name }) => name === 'AI SDK openai-compatible')

test.each(compatible)(
  '$name in $envelope tells by words alone whether a broken stream may be asked for again',
  async (sdk) => {
    const app = await startApp(apps[0]![1])
    const { readers } = sdk.connect(app.url, lineTo(app.url, sdk.envelope).fetch, 0)
    const told = async (name: string): Promise<unknown> =>
      sdk.toldMidStream(await failureOf(readers['the full stream']!(name)))
    // Both are wrong, whatever code and type say.
    expect(await told('model_overloaded')).toMatchObject({ status: undefined, isRetryable: false })
    expect(await told('internal_error')).toMatchObject({ status: 500, isRetryable: true })
    await app.close()
  },
)
