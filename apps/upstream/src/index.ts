export { models } from './models.ts'
export { startUpstream } from './upstream.ts'
export type { Upstream } from './upstream.ts'
