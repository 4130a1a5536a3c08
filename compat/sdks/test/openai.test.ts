import { describeSdk } from './describe-sdk.ts'
import { openaiSdks } from './openai.ts'

for (const sdk of openaiSdks) describeSdk(sdk)
