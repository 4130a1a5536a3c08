export { createApp, createServerOn } from './app.ts'
export type { Platform } from './app.ts'
