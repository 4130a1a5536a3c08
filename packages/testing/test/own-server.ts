import { createNodeServer } from './node-server.ts'

/** The server that a user of the suite tests. */
export const createServer = createNodeServer()
