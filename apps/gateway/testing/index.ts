export { describeApp, startApp } from './start-app.ts'
export type { CreateServer, RunningApp } from './start-app.ts'
export { recordTranscript } from './transcript.ts'
