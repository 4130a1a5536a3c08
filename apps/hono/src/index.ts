export { createApp, createListener } from './app.ts'
