import { anthropicSdks } from './anthropic.ts'
import { describeSdk } from './describe-sdk.ts'

for (const sdk of anthropicSdks) describeSdk(sdk)
