import { describeSdk } from './describe-sdk.ts'
import { googleSdk } from './google.ts'

describeSdk(googleSdk)
