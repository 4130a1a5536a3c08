import { nodeServer } from './node-server.ts'

/** Stands for a user's own server. */
export const createServer = nodeServer()
