export { abortOnClose } from './abort-on-close.ts'
export { readConfig } from './config.ts'
export type { Config } from './config.ts'
export { acme } from './acme.ts'
export { errors, errorsByField } from './errors.ts'
export { Gateway, isValidPath } from './gateway.ts'
export { canPay, findKey, isPermitted, readToken } from './keys.ts'
export type { Key } from './keys.ts'
export { run, startGateway } from './lifecycle.ts'
export type { Rate } from './limits.ts'
export {
  isForbiddenPrompt,
  isPromptTooLong,
  isSupportedFile,
  MAX_BODY_BYTES,
  MAX_FORM_BYTES,
} from './requests.ts'
export type { ChatRequest, ImageRequest } from './requests.ts'
export { PARTIAL_BODY } from './throw-kind.ts'
