export { createApp, createServer } from './app.ts'
