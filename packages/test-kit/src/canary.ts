/** A secret for test input that must not occur in a response or a log. Redactors recognize it as an API key. */
export const CANARY = 'sk-live-secret'
